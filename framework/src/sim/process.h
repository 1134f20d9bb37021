#pragma once

#include <shaddock/function.h>

#include <cstdint>
#include <deque>
#include <string>

#include "net/processes.h"
#include "sim/schedule.h"
#include "sim/sim_loop.h"
#include "sim/sim_random.h"
#include "sim/trace_hash.h"

namespace shaddock::sim {

// One process of the world, as its parts see it: the loop that runs its turns, and whether it runs
// at all. Everything that reaches a process (bytes, timers, posted work, signals) comes through
// deliver().
//
//   running --freeze--> frozen --thaw--> running        what comes meanwhile waits, in order
//   either  --kill or end--> dead                       what comes is dropped, for ever
class Process final : public Receiver {
 public:
  enum class State { running, frozen, dead };

  // `trace`, if there is one, is told of each turn.
  Process(Schedule& schedule, std::string machine, net::ProcessId id, std::uint64_t seed,
          TraceHash* trace = nullptr);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Runs `work` as a turn of the loop: now, if it runs; when thawed, if it is frozen; never, if it
  // is dead. Called by the schedule only, never from inside a turn of any process.
  void deliver(Function<void()> work) override;
  // The same at a later instant.
  void deliver_at(Instant when, Function<void()> work) {
    schedule_.at(when, *this, std::move(work));
  }

  void freeze();
  // What has waited comes at once, each as a turn of its own, before anything new.
  void thaw();
  // What waits is dropped. The rest (streams, ports, locks) is the world's to end.
  void die();

  State state() const { return state_; }
  bool dead() const { return state_ == State::dead; }
  const std::string& machine() const { return machine_; }
  const net::ProcessId& id() const { return id_; }
  Schedule& schedule() { return schedule_; }
  SimLoop& loop() { return loop_; }
  SimRandom& random() { return random_; }

 private:
  void run(Function<void()> work);
  void catch_up();

  Schedule& schedule_;
  std::string machine_;
  net::ProcessId id_;
  TraceHash* trace_;
  State state_ = State::running;
  SimLoop loop_;
  SimRandom random_;
  std::deque<Function<void()>> waiting_;  // while frozen, and until all of it has come
  bool catching_up_ = false;              // an event is planned
};

}  // namespace shaddock::sim
