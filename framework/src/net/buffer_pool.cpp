#include "net/buffer_pool.h"

#include <algorithm>
#include <utility>

namespace shaddock::net {

Buffer BufferPool::take(std::size_t expected) {
  Shelf& shelf = expected > kSmall ? large_ : small_;
  Buffer buffer;
  if (shelf.buffers.empty()) {
    buffer.reserve(std::max(expected, kSmall));
    return buffer;
  }
  buffer = std::move(shelf.buffers.back());
  shelf.buffers.pop_back();
  shelf.kept -= buffer.capacity();
  return buffer;
}

void BufferPool::give(Buffer buffer) {
  const bool small = buffer.capacity() <= kSmall;
  Shelf& shelf = small ? small_ : large_;
  if (buffer.capacity() == 0 ||
      shelf.kept + buffer.capacity() > (small ? kSmallMost : kLargeMost)) {
    return;
  }
  buffer.clear();
  shelf.kept += buffer.capacity();
  shelf.buffers.push_back(std::move(buffer));
}

}  // namespace shaddock::net
