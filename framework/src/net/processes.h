#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace shaddock::net {

struct Command {
  std::string program;
  std::vector<std::string> arguments;  // without the program itself; no shell is ever involved
  std::string output_file;             // stdout and stderr are appended to it (0600)
  bool lifeline =
      false;  // the child inherits a pipe (kLifelineFd) that ends when this process ends
};

struct Exit {
  int status = 0;
  int signal = 0;  // 0: ended by itself
  bool known =
      true;  // false: the process was only watched, and how it ended is its parent's to know
};

// Identifies a process for ever: a pid may be reused, the three may not.
struct ProcessId {
  int pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot
  std::uint64_t boot = 0;        // of the machine, a number of chance; 0: not known
  bool operator==(const ProcessId&) const = default;
};

struct ProcessUsage {
  std::uint64_t resident_bytes = 0;
};

class Processes {
 public:
  virtual ~Processes() = default;

  // The child gets a session of its own, stdin from /dev/null and no descriptor of ours but the
  // lifeline. on_exit comes once, on the loop. The child outlives this object unless it watches its
  // lifeline.
  virtual Result<ProcessId> spawn(const Command& command, Function<void(Exit)> on_exit) = 0;

  virtual ProcessId self() const = 0;
  virtual bool alive(const ProcessId& id) const = 0;
  // False when that very process is gone; never signals another that has its pid now.
  virtual bool signal(const ProcessId& id, int number) = 0;
  // For processes that somebody else has started: on_end comes once, on the loop, when that very
  // process has ended. The error: it is gone already, or cannot be watched.
  virtual Result<void> watch(const ProcessId& id, Function<void()> on_end) = 0;
  virtual ProcessUsage usage() const = 0;  // of this process
  // Pages of which nothing is used go back to the system, as far as the allocator can.
  virtual void give_back_memory() {}
  // Path of the running program, to start servers with.
  virtual std::string program() const = 0;

  // Calls back when the process that started this one has ended, if it gave a lifeline. Returns
  // false if not.
  virtual bool watch_lifeline(Function<void()> on_end) = 0;
  // Calls back on each arrival of the signal until the process ends; replaces the default action.
  virtual void on_signal(int number, Function<void()> callback) = 0;

  static constexpr int kLifelineFd = 3;
};

}  // namespace shaddock::net
