#pragma once

#include <shaddock/function.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/program.h"
#include "sim/faults.h"
#include "sim/schedule.h"

namespace shaddock::sim {

class MemoryFiles;

// Machines, processes, files and a network in memory, on one thread and a clock that stands still
// until it is told to run. All that happens depends on the seed and on the calls made here: the
// same calls give the same trace_hash().
//
// A machine is known by its numeric address, and begins to exist when it is named; 127.0.0.1 and
// ::1 are the machine that says them. All machines see the same files. A process runs a Program, or
// nothing: then it is a host for whatever the test itself makes in it.
//
// Nothing here may be called from inside a process, except by the processes' own Host.
class World {
 public:
  explicit World(std::uint64_t seed = 1);
  ~World();  // ends all processes, the youngest first
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Time.
  Instant now() const;
  net::TimePoint time() const;  // the same as the clocks of programs tell it
  std::uint64_t steps() const;  // events that have happened
  void run_for(net::Duration time);
  // Until the condition holds, looked at after each event; false when it does not within the time.
  bool run_until(const std::function<bool()>& condition, net::Duration limit);

  // Processes. main() runs as the first turn. An empty one makes a process that runs nothing.
  net::ProcessId start(const std::string& machine, const net::Command& command,
                       const net::Main& main);
  // What a process that is spawned by another runs, and on which machine: by its command line.
  // Without it a child runs what its parent runs, on the same machine.
  struct Placement {
    std::string machine;
    net::Main main;
  };
  void set_placement(std::function<Placement(const net::Command&)> place);

  // Of living and dead ones; asserts that there was such a process.
  net::Host& host(const net::ProcessId& process);
  const net::Command& command(const net::ProcessId& process) const;
  const std::string& machine(const net::ProcessId& process) const;
  net::Program* program(const net::ProcessId& process);  // nullptr: ended, or runs nothing
  bool alive(const net::ProcessId& process) const;       // also when frozen
  bool frozen(const net::ProcessId& process) const;
  std::vector<net::ProcessId> processes() const;  // that live, in the order of their start

  // Faults of processes. kill: the program is destroyed without a word and its connections break; a
  // frozen process keeps its ports and connections, as SIGSTOP does.
  void kill(const net::ProcessId& process);
  void freeze(const net::ProcessId& process);
  void thaw(const net::ProcessId& process);
  void raise(const net::ProcessId& process, int signal);

  // Faults of the network, from machine to machine; both names may be "*". Later calls win. A cut
  // path holds what is sent on it until it is mended (connections are not told: they wait, as TCP
  // does); datagrams are lost on it.
  void set_path(const std::string& from, const std::string& to, const Path& path);
  void cut(const std::string& from, const std::string& to);
  void mend(const std::string& from, const std::string& to);
  // Breaks all connections between the two, at both ends at once.
  void reset(const std::string& one, const std::string& other);

  MemoryFiles& files();

  // A number that two runs share only if the same things happened at the same times: each delivery
  // of bytes with its content, each turn of each process, each fault.
  std::uint64_t trace_hash() const;
  // Told of each event that a reader of a trace wants to see: starts, ends, faults, connections
  // made and broken. `who` is the id= of the process' command line, or its machine.
  using Tracer = Function<void(Instant when, std::string_view who, std::string_view what)>;
  void set_tracer(Tracer tracer);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shaddock::sim
