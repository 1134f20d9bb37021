#pragma once
// Deals out the moments of an open loop: message i is due at start + i / rate, whatever happened to
// those before. Moments that were missed, because the machine was busy, are made up for at once,
// each with the time it was meant for: so a stall is in the latencies, and the rate holds.
//
// It wakes up when a message is due, but at most every 50 us: at more than 20,000 messages a second
// several are due together, and leave up to 50 us after their time.

#include <shaddock/function.h>

#include <cstdint>
#include <memory>

#include "place.h"

namespace shaddock::load {

class Pacer {
 public:
  // on_due(i, time in ns of the steady clock)
  using OnDue = Function<void(std::uint64_t, std::int64_t)>;

  Pacer(Place& place, double rate, OnDue on_due);

  void start(std::int64_t first);
  void stop() { timer_->stop(); }

  std::int64_t time_of(std::uint64_t i) const {
    return start_ + static_cast<std::int64_t>(static_cast<double>(i) * interval_);
  }

  static constexpr std::int64_t kGap = 50'000;

 private:
  void deal();

  Place& place_;
  double interval_;  // ns
  OnDue on_due_;
  std::int64_t start_ = 0;
  std::uint64_t next_ = 0;
  std::unique_ptr<net::FineTimer> timer_;
};

}  // namespace shaddock::load
