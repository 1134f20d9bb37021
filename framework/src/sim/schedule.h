#pragma once

#include <shaddock/function.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "net/timer_wheel.h"

namespace shaddock::sim {

// Time of the world, since its beginning. Finer than the clocks that programs see, so that a
// network may take less than a millisecond.
using Instant = std::chrono::microseconds;

// The queue of everything that will happen, and the one clock. Events of the same instant happen in
// the order in which they were planned, so one seed gives one run.
class Schedule {
 public:
  // What a clock of a program says at the beginning: not zero, so that one may look back.
  static constexpr net::TimePoint kBeginning{net::Duration(1'000'000)};

  Instant now() const { return now_; }
  net::TimePoint time() const {
    return kBeginning + std::chrono::duration_cast<net::Duration>(now_);
  }

  // Never in the past: an earlier instant means now.
  void at(Instant when, Function<void()> event);
  void after(Instant delay, Function<void()> event) { at(now_ + delay, std::move(event)); }

  // Does what is next; false when nothing is, or only after `limit`. The clock stands at `limit`
  // then.
  bool step(Instant limit);
  std::uint64_t steps() const { return steps_; }

 private:
  struct Event {
    Instant when;
    std::uint64_t number;
    Function<void()> run;
  };
  static bool later(const Event& a, const Event& b) {
    return a.when != b.when ? a.when > b.when : a.number > b.number;
  }

  Instant now_{0};
  std::uint64_t number_ = 0, steps_ = 0;
  std::vector<Event> events_;  // a heap by later()
};

}  // namespace shaddock::sim
