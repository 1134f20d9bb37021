#pragma once

#include <string>
#include <vector>

#include "sim/faults.h"

namespace shaddock::game {}

namespace shaddock::simulator {

using namespace game;

// One thing that goes wrong for a while. Nodes are "master", the ids of servers, and "crowd-1" and
// so on: the machines of players. Of two nodes one may be "*": all others, each for itself.
struct Fault {
  enum class Kind {
    kill,     // kill -9 of a server; its supervisor starts it again
    stop,     // SIGTERM: the server ends by itself, and is started again like one that died
    freeze,   // SIGSTOP, and SIGCONT later
    stutter,  // the same, for moments, again and again
    cut,      // no byte between two nodes, either way
    one_way,  // no byte from one to the other
    slow,     // between two nodes all takes long and comes in pieces
    reset,    // all connections between two nodes break
    away,     // kill -9 of the master; somebody starts another one, later
  };
  Kind kind;
  sim::Instant at, length;
  std::string one, other;  // other: of two nodes
  sim::Path path{};        // slow
};
std::string to_string(const Fault& fault);

using Plan = std::vector<Fault>;  // by time

// Everything that goes wrong in the run of that seed, within that time. Of some seeds it is
// nothing, or only that there is no master for a while, of some only what is noticed at once
// (kills, stops and resets), or only what strikes behind connectors, or only that backends,
// or frontends, are told to stop, each again and again.
Plan make_plan(std::uint64_t seed, sim::Instant time);

bool only_kills(const Plan& plan);  // and stops, or nothing but a master that is away
bool harmless(const Plan& plan);    // nothing at all, or a master that is away: no request fails
// Servers are told to stop, each when it is back since the last time.
bool only_stops(const Plan& plan);
// The same, and only backends are: no request is lost.
bool only_restarts(const Plan& plan);
// How long a request may wait for its end while these strike, and its handler answers at once.
sim::Instant longest_wait(const Plan& plan);

inline constexpr int kCrowds = 10;
std::string crowd_name(int number);               // from 1
std::string machine_of(const std::string& node);  // of "*": "*"

}  // namespace shaddock::simulator
