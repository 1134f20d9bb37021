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

// Decides when, and whether, what has arrived for it is done. Outlives what is planned for it.
class Receiver {
 public:
  virtual void deliver(Function<void()> work) = 0;

 protected:
  ~Receiver() = default;
};

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
  static Instant instant(net::TimePoint time) { return time - kBeginning; }

  // Never in the past: an earlier instant means now. With a receiver, the event is to deliver it.
  void at(Instant when, Function<void()> event) { plan(when, nullptr, std::move(event)); }
  void at(Instant when, Receiver& to, Function<void()> event) { plan(when, &to, std::move(event)); }
  void after(Instant delay, Function<void()> event) { at(now_ + delay, std::move(event)); }

  // Does what is next; false when nothing is, or only after `limit`. The clock stands at `limit`
  // then.
  bool step(Instant limit);
  std::uint64_t steps() const { return steps_; }
  // Forgets all that was planned.
  void clear();

 private:
  // What is moved about in the heap is small; the event itself stays in its slot.
  struct Entry {
    Instant when;
    std::uint64_t number;
    std::size_t slot;
  };
  struct Slot {
    Receiver* to = nullptr;
    Function<void()> event;
  };
  static bool later(const Entry& a, const Entry& b) {
    return a.when != b.when ? a.when > b.when : a.number > b.number;
  }
  void plan(Instant when, Receiver* to, Function<void()> event);

  Instant now_{0};
  std::uint64_t number_ = 0, steps_ = 0;
  std::vector<Entry> entries_;  // a heap by later()
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_slots_;
};

}  // namespace shaddock::sim
