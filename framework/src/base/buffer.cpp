#include "base/buffer.h"

#include <algorithm>
#include <utility>

namespace shaddock {

Buffer::Buffer(Buffer&& other) noexcept
    : memory_(std::move(other.memory_)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  memory_ = std::move(other.memory_);
  begin_ = std::exchange(other.begin_, 0);
  end_ = std::exchange(other.end_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

void Buffer::release() {
  if (!empty()) return;
  memory_.reset();
  begin_ = end_ = capacity_ = 0;
}

void Buffer::make_room(std::size_t n) {
  const std::size_t used = size();
  if (capacity_ - used >= n && begin_ >= used) {
    std::memcpy(memory_.get(), data(), used);
  } else {
    const std::size_t capacity = std::max<std::size_t>({256, capacity_ * 2, used + n});
    auto memory = std::make_unique_for_overwrite<char[]>(capacity);
    if (used != 0) std::memcpy(memory.get(), data(), used);
    memory_ = std::move(memory);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = used;
}

}  // namespace shaddock
