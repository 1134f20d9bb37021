#pragma once

#include <deque>
#include <vector>

#include "net/processes.h"
#include "sim/process.h"

namespace shaddock::sim {

class SimProcesses;

// What the processes of a world know of each other. What it returns lives as long as the world,
// also when the process is dead.
class Population {
 public:
  virtual Result<SimProcesses*> spawn(SimProcesses& parent, const net::Command& command) = 0;
  virtual SimProcesses* find(const net::ProcessId& id) = 0;  // nullptr: there was none
  // Ends it by an event of its own, soon; nothing if it is dead by then.
  virtual void end_soon(SimProcesses& process, net::Exit exit) = 0;

 protected:
  ~Population() = default;
};

// What one process of the world sees of the others: its children, signals, and its lifeline. All
// its callbacks are turns of its loop, so they wait while it is frozen and never come to the dead;
// a dead one that asks for something gets nothing.
class SimProcesses final : public net::Processes {
 public:
  // The parent: nullptr when the test has started it. `command` must outlive this.
  SimProcesses(Process& process, Population& population, const net::Command& command,
               SimProcesses* parent);
  SimProcesses(const SimProcesses&) = delete;
  SimProcesses& operator=(const SimProcesses&) = delete;

  Result<net::ProcessId> spawn(const net::Command& command,
                               Function<void(net::Exit)> on_exit) override;
  net::ProcessId self() const override { return process_.id(); }
  bool alive(const net::ProcessId& id) const override;
  bool signal(const net::ProcessId& id, int number) override;
  Result<void> watch(const net::ProcessId& id, Function<void()> on_end) override;
  net::ProcessUsage usage() const override { return {kResident}; }
  std::string program() const override { return command_.program; }
  bool watch_lifeline(Function<void()> on_end) override;
  void on_signal(int number, Function<void()> callback) override;

  Process& process() { return process_; }
  // The signal is on its way; SIGKILL ends a frozen process too, others wait.
  void raise(int number);
  // This process is dead: its parent and its children learn of it.
  void ended(net::Exit exit);

  static constexpr std::uint64_t kResident = 32 << 20;
  static constexpr Instant kSignalDelay{10};

 private:
  struct Child {
    SimProcesses* process;
    Function<void(net::Exit)> on_exit;
  };
  struct Handler {
    int number;
    Function<void()> callback;
  };

  struct Watcher {
    SimProcesses* who;
    std::size_t number;  // of what it waits for
  };

  void handle(int number);
  void watched_ended(std::size_t number);
  void child_ended(SimProcesses* child, net::Exit exit);
  void tell_of_parent();

  Process& process_;
  Population& population_;
  const net::Command& command_;
  SimProcesses* parent_;
  std::vector<Child> children_;
  std::deque<Handler> handlers_;
  std::vector<Watcher> watchers_;           // that want to know when this one ends
  std::vector<Function<void()>> on_ended_;  // by number: when one that is watched has
  Function<void()> on_parent_end_;
  bool watching_ = false;
};

}  // namespace shaddock::sim
