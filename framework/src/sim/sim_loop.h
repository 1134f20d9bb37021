#pragma once

#include <chrono>
#include <vector>

#include "net/loop.h"
#include "sim/schedule.h"

namespace shaddock::sim {

// The loop of a simulated process. It has no thread: each turn is an event of the schedule, which
// comes through the process' deliver().
//
//   a turn: the work that was delivered | deferred work | plan the turn of the next timer
//
// Work that is deferred, and timers that are started, outside of any turn (by a test) are served
// too: the former by a turn of its own, the latter by refresh().
class SimLoop final : public net::Loop {
 public:
  SimLoop(Schedule& schedule, Receiver& process);
  SimLoop(const SimLoop&) = delete;
  SimLoop& operator=(const SimLoop&) = delete;

  // 2026-01-01 00:00 UTC and what has passed of the world's time.
  std::chrono::system_clock::time_point wall_clock() const override;
  net::TimerWheel& timers() noexcept override { return timers_; }
  const net::TimerWheel& timers() const noexcept override { return timers_; }
  void post(Function<void()> work) override;
  void defer(Function<void()> work) override;
  // The world runs; a program never does it here.
  void run() override;
  void stop() override;

  void turn(Function<void()> work);
  bool in_turn() const { return in_turn_; }
  // Between turns: tells the time to who looks from outside, and sees timers that were started
  // there.
  void refresh();
  // Drops all work, and takes no more. Timers may still be touched; they never come.
  void die();

  static constexpr Instant kPostDelay{3};

 private:
  void arm();
  void on_timer();
  void run_posted();

  Schedule& schedule_;
  Receiver& process_;
  net::TimerWheel timers_;
  bool dead_ = false, in_turn_ = false, woken_ = false;
  // When turns for timers are planned; the next one is last. A later one stays when an earlier is
  // added, so each is used once and none is planned twice.
  std::vector<Instant> armed_;
  std::vector<Function<void()>> deferred_;
  std::vector<Function<void()>> posted_, running_;
};

}  // namespace shaddock::sim
