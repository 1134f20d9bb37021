#pragma once

#include <shaddock/function.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace shaddock::net {

using Duration = std::chrono::milliseconds;
// Steady time of a loop: never jumps, equal for all code that runs in one callback.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

class TimerWheel;

// One alarm, owned by whoever waits for it; destroying it stops it. Starting and stopping are a few pointer writes,
// so a timer per request and per client is fine. The callback may start, stop or destroy its own timer.
class Timer {
 public:
  Timer(TimerWheel& wheel, Function<void()> on_time) : wheel_(&wheel), on_time_(std::move(on_time)) {}
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Runs the callback once, `after` from now and never earlier; an active timer is moved.
  void start(Duration after);
  void stop() noexcept;
  bool active() const noexcept { return next_ != nullptr; }
  TimePoint deadline() const noexcept { return deadline_; }

 private:
  friend class TimerWheel;

  TimerWheel* wheel_;
  Timer* next_ = nullptr;  // circular list of a slot, with a sentinel
  Timer* previous_ = nullptr;
  TimePoint deadline_{};
  Function<void()> on_time_;
};

// A hierarchical timing wheel with a tick of one millisecond. It knows no clock: whoever owns it tells the time.
// Timers of the same millisecond run in the order in which they were started. Not thread-safe.
class TimerWheel {
 public:
  explicit TimerWheel(TimePoint now);
  ~TimerWheel();  // all timers must have been stopped or destroyed before

  TimePoint now() const noexcept { return now_; }
  // Moves the time forward and runs what is due, in order of deadlines.
  void advance(TimePoint now);
  // A time not later than the earliest deadline (exact within the next 256 ms), or nothing when no timer is active.
  std::optional<TimePoint> next_event() const;
  std::size_t active() const noexcept { return active_; }

 private:
  friend class Timer;

  // The implementation chooses its levels; see timer_wheel.cpp.
  struct Levels;
  void insert(Timer& timer);

  TimePoint now_;
  std::size_t active_ = 0;
  std::unique_ptr<Levels> levels_;
};

}  // namespace shaddock::net
