#include "net/buffer_pool.h"

#include <algorithm>
#include <utility>

namespace shaddock::net {

namespace {

// New buffers of the first two shelves have this size.
constexpr std::size_t kSmall = 512;
constexpr std::size_t kMiddle = 4096;
constexpr std::size_t kMostLarger = kMiddle / kSmall;  // a borrowed buffer than a new one

std::size_t shelf_for(std::size_t bytes) { return bytes <= kSmall ? 0 : bytes <= kMiddle ? 1 : 2; }

}  // namespace

Buffer BufferPool::Shelf::take_last() {
  Buffer buffer = std::move(buffers.back());
  buffers.pop_back();
  kept -= buffer.capacity();
  return buffer;
}

Buffer BufferPool::take(std::size_t expected) {
  const std::size_t index = shelf_for(expected);
  if (Shelf& own = shelves_[index]; !own.buffers.empty()) return own.take_last();
  const std::size_t size = index == 0 ? kSmall : std::max(expected, kMiddle);
  if (index + 1 < shelves_.size()) {
    Shelf& next = shelves_[index + 1];
    if (!next.buffers.empty() && next.buffers.back().capacity() <= kMostLarger * size)
      return next.take_last();
  }
  Buffer buffer;
  buffer.reserve(size);
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
