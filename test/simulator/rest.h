#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cluster.h"

namespace shaddock::simulator {

// Looks at the servers' own counters at moments when it is known what they must say.

// G8, G14: all faults are healed and nothing is under way. Each connector has the sessions of those
// who are there, each of them bound.
void check_presence(Cluster& cluster, Arena& arena, Findings& findings);

// Links between servers that were there at the beginning, to be looked at when nothing has gone
// wrong with them.
class LinksKept {
 public:
  explicit LinksKept(Arena& arena);
  void check(Findings& findings) const;  // CALM: each of them is still there

 private:
  std::vector<std::pair<std::string, cluster::LinkHandle>> links_;  // by the server that has it
};

// G8, G14: everybody has gone. There is no session, no bound uid, no connection, no waiting call,
// no member of a room, and no handler that has not ended.
void check_emptiness(Arena& arena, Findings& findings);

// G14: each connector lets in as many as its limit says, not one more. G8: when all of these fall
// silent at once, their connections end.
void check_limits(Cluster& cluster, Arena& arena, Findings& findings);

}  // namespace shaddock::simulator
