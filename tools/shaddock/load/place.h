#pragma once
// What all connections of one loop, which is one thread, have in common.

#include <chrono>
#include <cstdint>
#include <memory>

#include "net/tls_context.h"
#include "net/uv_host.h"
#include "result.h"

namespace shaddock::load {

struct Place {
  net::UvHost world;
  Counters counters;
  std::shared_ptr<net::TlsContext> tls;  // believes every certificate; null when nothing needs it
  // Nanoseconds of the steady clock, read once for each read of a socket and each wake-up of a
  // pacer. What is measured by it is precise to the time that handling one read takes: some
  // microseconds at ten messages a read.
  std::int64_t now = 0;
  std::uint64_t random = 0x9E3779B97F4A7C15;

  static std::int64_t clock() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  void look_at_clock() { now = clock(); }
  net::Loop& loop() { return world.host().loop; }

  // For masks, which only have to differ.
  std::uint32_t next_mask() {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return static_cast<std::uint32_t>(random >> 16);
  }
};

}  // namespace shaddock::load
