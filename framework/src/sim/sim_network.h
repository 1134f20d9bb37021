#pragma once

#include <shaddock/function.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/network.h"
#include "sim/faults.h"
#include "sim/schedule.h"

namespace shaddock::sim {

struct Fabric;
class Process;
class TraceHash;

// The network of one world: all machines, their ports and the connections between them, on the
// world's thread. Whatever reaches a process is a turn of its loop, and what a process asks for is
// done by the kernel of its machine, which goes on while the process is frozen and cleans up when
// it has died.
//
//   stream A | queue --flush--> room of the path ~~ in flight ~~> unread --a turn--> | stream B
//              ^------------------- room comes back as B reads ------------------'
//
// Machines are named by their numeric addresses and begin to exist when they are named; who calls
// one that does not exist hears nothing. "localhost" and numeric addresses are all the names there
// are. Of faults: "*" is any machine, and later calls win. One that names a machine on one side
// only leaves alone what the machine says to itself.
class SimNetwork {
 public:
  SimNetwork(Schedule& schedule, std::uint64_t seed, TraceHash& hash);
  ~SimNetwork();
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;

  // What a process sees of it; the process must live until process_ended() was called with it.
  std::unique_ptr<net::Network> attach(Process& process);
  // Comes after process.die() and before its program is destroyed. Its ports close, and what its
  // kernel has taken still arrives before the end; peers are reset when something was unread. Its
  // streams, listeners, sockets and connections being made do nothing from now on.
  void process_ended(Process& process);

  // Not from inside a turn of a process.
  void set_path(const std::string& from, const std::string& to, const Path& path);
  void cut(const std::string& from, const std::string& to);
  void mend(const std::string& from, const std::string& to);
  void reset(const std::string& one, const std::string& other);

  // Told of connections that are made, refused and reset, on the side of `who`.
  using Tracer = Function<void(const Process& who, std::string_view what)>;
  void set_tracer(Tracer tracer);

 private:
  std::shared_ptr<Fabric> fabric_;
};

}  // namespace shaddock::sim
