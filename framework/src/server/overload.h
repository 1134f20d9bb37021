#pragma once

#include <shaddock/settings.h>

#include <cstdint>
#include <optional>

#include "net/loop.h"

namespace shaddock::server {

// Whether a new request is refused because the loop is late. A request waits while others that came
// with it, in the same turn of the loop, are run, and before that for the turn in which it came. So
// a turn is as long as what it brings waits, and a turn that stops running requests in time makes
// the next one short enough:
//
//   a turn while it is overloaded   |run run run ... run|refuse refuse ... refuse|
//                                   0                 delay
//
// Overloaded: no turn was shorter than `delay` for `patience`, or the one before was longer than
// `lag`. At three times what it can do a server runs a third of what comes, with most of its time,
// and nothing that it runs is older than about two delays; and no state has to be unlearned when
// the load goes away. Answers, pushes, heartbeats and what has begun are not asked for here.
//
// Costs a request two comparisons. The clock is read about once in a millisecond of busy turns,
// and never in a turn of a few requests. Loop thread only.
class Overload {
 public:
  Overload(const net::Loop& loop, const Settings::Overload& settings);

  // Once for each new request of a client.
  bool refuses() {
    if (on_) note_one();
    return refuses_;
  }
  // For calls of other servers, which may belong to a request that runs: at twice the delay.
  bool refuses_call() {
    if (on_) note_one();
    return refuses_calls_;
  }

  static constexpr std::uint32_t kMostUnseen = 64;  // requests between two looks at the clock

 private:
  void note_one() {
    if (loop_.turns().number() != turn_) begin_turn();
    if (--until_look_ == 0) look();
  }
  void begin_turn();
  void look();
  void pace(std::uint32_t requests, net::Duration time);

  const net::Loop& loop_;
  const net::Duration delay_, patience_, lag_;
  const bool on_;
  bool refuses_ = false, refuses_calls_ = false;
  std::uint64_t turn_ = 0;
  std::uint32_t step_ = kMostUnseen, until_look_ = kMostUnseen;
  net::TimePoint looked_at_{};
  std::optional<net::TimePoint> late_since_;
};

}  // namespace shaddock::server
