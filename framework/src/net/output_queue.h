#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>

#include "base/buffer.h"

namespace shaddock::net {

// What a stream still has to write: small writes appended to one buffer, large shared segments
// linked in between.
//
//   | Buffer | SharedBytes | Buffer (tail) |      consumed from the left, by what the kernel took
//
// buffer() is the tail: encoders append to it directly. An empty queue owns no memory but, at most,
// the tail's, which reclaim() takes away.
class OutputQueue {
 public:
  // Where the next bytes go. Valid until the next call of a function of this queue.
  Buffer& buffer() { return tail_; }
  void append(std::string_view bytes) { tail_.append(bytes); }
  // Links segments of at least kShareFrom bytes, copies smaller ones.
  void append(const SharedBytes& bytes);

  std::size_t size() const { return linked_ + tail_.size(); }
  bool empty() const { return size() == 0; }
  // Bytes that consume() took away, in all.
  std::uint64_t consumed() const { return consumed_; }

  // Up to `most` pieces from the front, for one gathered write; returns how many were filled. They
  // are valid until the queue is changed; after pin() appending leaves them valid.
  std::size_t gather(std::span<std::string_view> pieces) const;
  void pin();
  // Drops what was written.
  void consume(std::size_t n);
  void clear();

  // Lends memory for the tail of an empty queue, and takes it back.
  void provide(Buffer memory) { tail_ = std::move(memory); }
  Buffer reclaim() { return std::move(tail_); }

  static constexpr std::size_t kShareFrom = 1024;

 private:
  struct Segment {
    std::string_view rest() const;

    Buffer own;
    SharedBytes shared;      // null: the bytes are in `own`
    std::size_t offset = 0;  // into shared
  };

  void link(Segment segment);

  std::unique_ptr<std::deque<Segment>> segments_;  // null when there are none
  std::size_t linked_ = 0;                         // bytes in segments_
  std::uint64_t consumed_ = 0;
  Buffer tail_;
};

}  // namespace shaddock::net
