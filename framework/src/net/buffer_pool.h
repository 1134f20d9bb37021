#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "base/buffer.h"

namespace shaddock::net {

// Memory for what streams write within one turn of a loop, so that an idle stream owns none and a
// busy one allocates none. Three shelves, so that ten thousand clients that are sent a few bytes in
// one turn do not need ten thousand large buffers, and the few streams that write much get buffers
// that have grown already. The last one given back is the next one lent: it is still in the cache.
// An empty shelf borrows from the next one, where its own buffers went that grew, but none that is
// many times too large: a client that does not read may keep what it is lent. Not thread-safe.
class BufferPool {
 public:
  // An empty buffer with memory; `expected` is what the stream wrote the last time. A new one when
  // neither its shelf nor the next has one that fits.
  Buffer take(std::size_t expected);
  void give(Buffer buffer);

  std::size_t kept_bytes() const;

  static constexpr std::size_t kMostKept = 4 * 1024 * 1024;  // on each shelf

 private:
  struct Shelf {
    std::vector<Buffer> buffers;
    std::size_t kept = 0;  // bytes

    Buffer take_last();
  };

  std::array<Shelf, 3> shelves_;
};

}  // namespace shaddock::net
