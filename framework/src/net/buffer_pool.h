#pragma once

#include <cstddef>
#include <vector>

#include "base/buffer.h"

namespace shaddock::net {

// Memory for what streams write within one turn of a loop, so that an idle stream owns none and a
// busy one allocates none. The last buffer given back is the next one lent: it is still in the
// cache. Large buffers are kept apart for streams that write much, which are few. Not thread-safe.
class BufferPool {
 public:
  // An empty buffer with memory; `expected` is what the stream wrote the last time.
  Buffer take(std::size_t expected);
  void give(Buffer buffer);

  std::size_t kept_bytes() const { return small_.kept + large_.kept; }

  static constexpr std::size_t kSmall = 4096;
  static constexpr std::size_t kSmallMost = 1024 * 1024;      // kept in total
  static constexpr std::size_t kLargeMost = 4 * 1024 * 1024;  // kept in total

 private:
  struct Shelf {
    std::vector<Buffer> buffers;
    std::size_t kept = 0;
  };

  Shelf small_;
  Shelf large_;
};

}  // namespace shaddock::net
