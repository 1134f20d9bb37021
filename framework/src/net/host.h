#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "net/files.h"
#include "net/loop.h"
#include "net/network.h"
#include "net/processes.h"

namespace shaddock::net {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<char> bytes) = 0;  // good enough for secrets
  std::uint64_t next() {
    std::uint64_t value = 0;
    fill({reinterpret_cast<char*>(&value), sizeof value});
    return value;
  }
};

// All of the outside world that code above this floor may touch. There are two: the real one
// (uv_host.h) and the simulated one, so a whole cluster can run in one process on a virtual clock.
struct Host {
  Loop& loop;
  Network& network;
  Processes& processes;
  Files& files;
  Random& random;
};

}  // namespace shaddock::net
