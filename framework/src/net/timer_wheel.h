#pragma once

#include <shaddock/function.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

namespace shaddock::net {

using Duration = std::chrono::milliseconds;
// Steady time of a loop: never jumps, equal for all code that runs in one callback.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

class TimerWheel;

// A place in the circular list of a slot; the slot's own link closes the circle.
struct TimerLink {
  TimerLink* next = nullptr;
  TimerLink* previous = nullptr;
};

// One alarm, owned by whoever waits for it; destroying it stops it. Starting and stopping are a few
// pointer writes, so one per request and per client is fine. What it runs may start, stop or
// destroy it.
class Alarm : private TimerLink {
 public:
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  // Runs once, `after` from now and never earlier; an active alarm is moved. Less than a
  // millisecond counts as one, so an alarm never runs in the advance() that started it.
  void start(Duration after);
  void stop() noexcept;
  bool active() const noexcept { return next != nullptr; }
  TimePoint deadline() const noexcept { return deadline_; }

 protected:
  using Ring = void (*)(Alarm&);
  Alarm(TimerWheel& wheel, Ring ring) : wheel_(&wheel), ring_(ring) {}
  ~Alarm() { stop(); }

 private:
  friend class TimerWheel;

  TimerWheel* wheel_;
  TimePoint deadline_{};
  Ring ring_;
};

// Runs a callable.
class Timer final : public Alarm {
 public:
  Timer(TimerWheel& wheel, Function<void()> on_time)
      : Alarm(wheel, [](Alarm& alarm) { static_cast<Timer&>(alarm).run(); }),
        on_time_(std::move(on_time)) {}
  ~Timer() {
    stop();
    if (gone_ != nullptr) *gone_ = true;
  }

 private:
  void run();

  bool* gone_ = nullptr;  // while the callback runs: where to say that the timer was destroyed
  Function<void()> on_time_;
};

// Runs a function of its owner, in a few bytes, for what there are thousands of.
template <class Owner, void (Owner::*kOnTime)()>
class OwnersAlarm final : public Alarm {
 public:
  OwnersAlarm(TimerWheel& wheel, Owner& owner)
      : Alarm(wheel, [](Alarm& alarm) { (static_cast<OwnersAlarm&>(alarm).owner_.*kOnTime)(); }),
        owner_(owner) {}

 private:
  Owner& owner_;
};

// A hierarchical timing wheel with a tick of one millisecond. It knows no clock: whoever owns it
// tells the time. Timers of the same millisecond run in the order in which they were started.
// Gaps without timers cost nothing to pass, however long. Not thread-safe.
class TimerWheel {
 public:
  explicit TimerWheel(TimePoint now);  // not before the epoch
  ~TimerWheel();                       // all timers must have been stopped or destroyed before

  TimePoint now() const noexcept { return now_; }
  // Moves the time forward and runs nothing: what became due waits for the next advance().
  void update(TimePoint now) noexcept;
  // Moves the time forward and runs what is due, in order of deadlines. Callbacks see the new
  // now().
  void advance(TimePoint now);
  // A time not later than the earliest deadline, or nothing when no timer is active. It is exact
  // for what is due in the current block of 256 ms, and the start of a later block otherwise:
  // advancing to it always brings the next answer closer to the deadline.
  std::optional<TimePoint> next_event() const;
  std::size_t active() const noexcept { return active_; }

 private:
  friend class Alarm;
  struct Levels;  // see timer_wheel.cpp

  void insert(Alarm& alarm);
  void remove(Alarm& alarm) noexcept;
  void run_slot(std::size_t slot);

  TimePoint now_;
  std::size_t active_ = 0;
  std::unique_ptr<Levels> levels_;
};

}  // namespace shaddock::net
