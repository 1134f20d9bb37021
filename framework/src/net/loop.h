#pragma once

#include <shaddock/function.h>

#include <chrono>

#include "net/timer_wheel.h"
#include "net/turns.h"

namespace shaddock::net {

// One thread's event loop. Everything but post() is called on that thread only.
class Loop {
 public:
  virtual ~Loop() = default;

  // Steady time, equal for all code that runs in one turn.
  TimePoint now() const noexcept { return timers().now(); }
  // The same steady time, read anew: it passes within a turn. For who wants to know how late it is.
  virtual TimePoint clock() const { return now(); }
  const Turns& turns() const noexcept { return turns_; }
  // For logs and crons only; may jump.
  virtual std::chrono::system_clock::time_point wall_clock() const = 0;

  virtual TimerWheel& timers() noexcept = 0;
  virtual const TimerWheel& timers() const noexcept = 0;

  // Runs `work` on a later turn of the loop. May be called from any thread; order of one caller is
  // kept.
  virtual void post(Function<void()> work) = 0;
  // Runs `work` after the current callback has returned and before the loop waits again: the way to
  // destroy an object that is on the stack of the caller. Loop thread only.
  virtual void defer(Function<void()> work) = 0;

  // Runs until stop() is called; stop() may be called from inside callbacks only.
  virtual void run() = 0;
  virtual void stop() = 0;

 protected:
  Turns turns_;
};

}  // namespace shaddock::net
