#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "guarantee.h"

namespace shaddock::game {

// Everybody tells the checker what happens; it tells all guarantees.
class Checker {
 public:
  struct Expectations {
    bool calm = false;             // no fault will strike
    bool links_live = false;       // no fault will break a link, but for the end of a server
    sim::Instant longest_wait{0};  // for an answer; 0: any
    bool restarts = false;         // no fault will strike, but backends are told to stop
    bool stops = false;            // the same, and frontends may be
    sim::Instant news{1'000'000};  // of an end or of a start: all that are linked know of it then
  };
  explicit Checker(Findings::Clock clock) : Checker(std::move(clock), Expectations()) {}
  Checker(Findings::Clock clock, const Expectations& expectations);
  // Without any guarantee, until somebody adds one.
  struct Empty {};
  Checker(Findings::Clock clock, Empty) : findings_(std::move(clock)) {}
  void add(std::unique_ptr<Guarantee> guarantee) { guarantees_.push_back(std::move(guarantee)); }

  // tell(&Guarantee::asked, visit, number)
  template <class... Parameters, class... A>
  void tell(void (Guarantee::*event)(Parameters...), const A&... argument) {
    if (stopped_) return;
    ++events_;
    for (const auto& guarantee : guarantees_) (guarantee.get()->*event)(argument...);
  }

  // The run is over: what its servers do while they are destroyed counts for nothing.
  void stop() { stopped_ = true; }
  Findings& findings() { return findings_; }
  std::uint64_t events() const { return events_; }

 private:
  Findings findings_;
  std::vector<std::unique_ptr<Guarantee>> guarantees_;
  std::uint64_t events_ = 0;
  bool stopped_ = false;
};

}  // namespace shaddock::game
