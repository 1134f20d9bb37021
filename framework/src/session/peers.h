#pragma once

#include <cstdint>
#include <vector>

#include "cluster/link.h"

namespace shaddock::session {

// What this process knows of the servers of a list beyond the view, place by place.
struct Peers {
  // Another one for each list that a router is shown; 0: a list without the server that a call has
  // been to already, made for that call only.
  std::uint64_t version = 0;
  std::vector<cluster::Link*> links;  // nullptr: there is none, or it is this server itself
};

}  // namespace shaddock::session
