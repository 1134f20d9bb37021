#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace shaddock {

// Bytes that grow at the end and are consumed at the front, in one piece of memory.
//
//   | consumed | readable: data() .. data()+size() | room() |
//
// Views taken from it live until the next call that is not const. Not thread-safe.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&&) noexcept;
  Buffer& operator=(Buffer&&) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  char* data() { return memory_.get() + begin_; }
  const char* data() const { return memory_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data(), size()}; }

  // At least n writable bytes behind the readable ones; commit(n) makes the first n of them
  // readable.
  char* reserve(std::size_t n) {
    if (capacity_ - end_ < n) make_room(n);
    return memory_.get() + end_;
  }
  void commit(std::size_t n) {
    assert(n <= capacity_ - end_);
    end_ += n;
  }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
    commit(bytes.size());
  }
  void push_back(char byte) {
    *reserve(1) = byte;
    commit(1);
  }

  // Drops n bytes at the front; when nothing is left the whole room is free again.
  void consume(std::size_t n) {
    assert(n <= size());
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Cuts the readable bytes to n (undoes an append that failed half way).
  void truncate(std::size_t n) {
    assert(n <= size());
    end_ = begin_ + n;
  }
  void clear() { begin_ = end_ = 0; }
  // Gives the memory back when it is empty.
  void release();

 private:
  void make_room(std::size_t n);

  std::unique_ptr<char[]> memory_;
  std::size_t begin_ = 0, end_ = 0, capacity_ = 0;
};

// Immutable bytes with shared ownership: encoded once, queued on many streams.
using SharedBytes = std::shared_ptr<const std::string>;

}  // namespace shaddock
