#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string_view>

#include "base/buffer.h"

namespace shaddock::net {

// What a stream still has to write: small writes appended to one buffer, large shared segments linked in between.
//
//   | Buffer | SharedBytes | Buffer (tail) |      consumed from the left, by what the kernel took
//
// buffer() is the tail: encoders append to it directly. An idle queue owns no memory beyond itself.
class OutputQueue {
 public:
  // Where the next bytes go. Valid until the next call of a function of this queue.
  Buffer& buffer() { return tail_; }
  void append(std::string_view bytes) { tail_.append(bytes); }
  // Links segments of at least kShareFrom bytes, copies smaller ones.
  void append(const SharedBytes& bytes);

  std::size_t size() const { return linked_ + tail_.size(); }
  bool empty() const { return size() == 0; }

  // Up to `most` pieces from the front, for one gathered write; returns how many were filled.
  std::size_t gather(std::span<std::string_view> pieces) const;
  // Drops what was written; memory goes back when the queue is empty and grew large.
  void consume(std::size_t n);
  void clear();

  static constexpr std::size_t kShareFrom = 1024;

 private:
  struct Segment {
    Buffer own;
    SharedBytes shared;
    std::size_t offset = 0;  // into shared
  };

  std::deque<Segment>* segments_ = nullptr;
  std::size_t linked_ = 0;  // bytes in segments_
  Buffer tail_;
};

}  // namespace shaddock::net
