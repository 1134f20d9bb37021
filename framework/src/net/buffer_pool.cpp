#include "net/buffer_pool.h"

#include <algorithm>
#include <utility>

namespace shaddock::net {

namespace {

// New buffers of the first two shelves have this size.
constexpr std::size_t kSmall = 512;
constexpr std::size_t kMiddle = 4096;

std::size_t shelf_for(std::size_t bytes) { return bytes <= kSmall ? 0 : bytes <= kMiddle ? 1 : 2; }

}  // namespace

Buffer BufferPool::take(std::size_t expected) {
  const std::size_t index = shelf_for(expected);
  Shelf& shelf = shelves_[index];
  Buffer buffer;
  if (shelf.buffers.empty()) {
    buffer.reserve(index == 0 ? kSmall : std::max(expected, kMiddle));
    return buffer;
  }
  buffer = std::move(shelf.buffers.back());
  shelf.buffers.pop_back();
  shelf.kept -= buffer.capacity();
  return buffer;
}

void BufferPool::give(Buffer buffer) {
  Shelf& shelf = shelves_[shelf_for(buffer.capacity())];
  if (buffer.capacity() == 0 || shelf.kept + buffer.capacity() > kMostKept) return;
  buffer.clear();
  shelf.kept += buffer.capacity();
  shelf.buffers.push_back(std::move(buffer));
}

std::size_t BufferPool::kept_bytes() const {
  std::size_t bytes = 0;
  for (const Shelf& shelf : shelves_) bytes += shelf.kept;
  return bytes;
}

}  // namespace shaddock::net
