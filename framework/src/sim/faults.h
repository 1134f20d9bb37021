#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/schedule.h"

namespace shaddock::sim {

// How bytes travel from one machine to another. Streams lose nothing and keep their order, whatever
// happens below them: what is worse than slow is a cut.
struct Path {
  Instant delay{200}, jitter{0};       // of each delivery: delay + 0..jitter
  std::uint64_t bytes_per_second = 0;  // 0: as many as come
  std::size_t buffer = 256 * 1024;     // of a stream, one way: sent and not yet read by the peer
  // Chances, from 0 to 1, of each delivery or flush:
  double split = 0;        // what was sent at once arrives in several pieces
  double short_write = 0;  // only a part of what is flushed is taken, the rest a little later
  // Of each datagram.
  double loss = 0;
};

}  // namespace shaddock::sim
