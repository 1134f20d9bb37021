#pragma once

#include <algorithm>
#include <string_view>

#include "base/buffer.h"
#include "cluster/wire.h"
#include "cluster/wire_pack.h"

namespace shaddock::cluster {

// Cuts the bytes of a stream into frames. What is whole in a chunk is handed out where it lies;
// only a frame that is split between chunks is gathered in memory of our own, which grows with what
// has arrived and never with what a length claims.
class FrameCutter {
 public:
  // Calls take(frame) for each whole frame, without its length; stops when it answers false. False
  // when a length is impossible or `take` said so: the stream is of no further use then.
  template <class Take>
  bool feed(std::string_view bytes, Take take) {
    while (!bytes.empty()) {
      if (!tail_.empty()) {
        gather(bytes);
        if (bad_) return false;
        if (!whole(tail_.view())) return true;
        const bool more = take(tail_.view().substr(kLength));
        tail_.clear();
        if (tail_.capacity() > kKeptMemory) tail_.release();
        if (!more) return false;
      } else if (whole(bytes)) {
        const std::size_t length = length_of(bytes);
        if (!take(bytes.substr(kLength, length))) return false;
        bytes.remove_prefix(kLength + length);
      } else {
        if (bad_) return false;
        tail_.append(bytes);
        return true;
      }
    }
    return true;
  }

 private:
  static constexpr std::size_t kLength = 4;
  static constexpr std::size_t kKeptMemory = 64 * 1024;

  static std::size_t length_of(std::string_view bytes) {
    return pack::get_big_endian<std::uint32_t>(bytes.data());
  }

  bool whole(std::string_view bytes) {
    if (bytes.size() < kLength) return false;
    const std::size_t length = length_of(bytes);
    bad_ = length == 0 || length > kMaxFrame;
    return !bad_ && bytes.size() >= kLength + length;
  }

  // Moves what belongs to the frame in the tail from `bytes` there.
  void gather(std::string_view& bytes) {
    if (tail_.size() < kLength) move(bytes, kLength - tail_.size());
    if (tail_.size() < kLength || whole(tail_.view()) || bad_) return;
    move(bytes, kLength + length_of(tail_.view()) - tail_.size());
  }

  void move(std::string_view& bytes, std::size_t most) {
    const std::size_t size = std::min(most, bytes.size());
    tail_.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }

  Buffer tail_;
  bool bad_ = false;
};

}  // namespace shaddock::cluster
