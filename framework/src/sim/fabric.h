#pragma once

#include <shaddock/function.h>

#include <list>
#include <string_view>
#include <vector>

#include "sim/dice.h"
#include "sim/machines.h"
#include "sim/paths.h"
#include "sim/process.h"
#include "sim/trace_hash.h"

namespace shaddock::sim {

class Attachment;
class Connection;

// What all parts of the network share; it lives as long as any of them. The lists are in order of
// making, and whoever is in one leaves it at its end.
struct Fabric {
  Fabric(Schedule& schedule, std::uint64_t seed, TraceHash& hash)
      : schedule(schedule), hash(hash), dice(seed) {}

  void tell(const Process& who, std::string_view what) {
    if (tracer) tracer(who, what);
  }

  Schedule& schedule;
  TraceHash& hash;
  Dice dice;
  Machines machines;
  Paths paths;
  std::list<Connection*> connections;
  std::vector<Attachment*> attachments;
  std::uint64_t made = 0;  // connections and datagram ports, for their names in the hash
  Function<void(const Process& who, std::string_view what)> tracer;
};

}  // namespace shaddock::sim
