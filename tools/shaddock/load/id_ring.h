#pragma once
// The requests of one client that wait for an answer.
//
// A request in slot s of a ring of 2^k slots has the id  generation * 2^k + s.  Ids stay between
// 128 and 16383, so that every request and every answer has the same size (a varint of two bytes),
// and start again when they run out. An answer is right only if its slot waits for just that id.
// Nothing is allocated after the constructor.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace shaddock::load {

struct Waiting {
  std::int64_t since = 0;  // ns of the steady clock: when it was, or should have been, sent
  std::uint32_t n = 0;     // which message of its client
  std::uint16_t id = 0;    // 0: the slot is free
  std::uint16_t next_id = 0;
};

class IdRing {
 public:
  static constexpr unsigned kFirstId = 128;
  static constexpr unsigned kEndId = 16384;
  static constexpr unsigned kMost = 4096;

  // Room for at least `most` requests, which is at most kMost.
  explicit IdRing(unsigned most) : slots_(std::bit_ceil(std::clamp(most, 1U, kMost))) {
    const unsigned size = static_cast<unsigned>(slots_.size());
    const unsigned first = first_id();
    for (unsigned slot = size; slot-- > 0;) {
      slots_[slot].next_id = static_cast<std::uint16_t>(first + slot);
      free_.push_back(static_cast<std::uint16_t>(slot));
    }
  }

  bool full() const { return free_.empty(); }
  std::size_t waiting() const { return slots_.size() - free_.size(); }

  // The id of a new request; there must be room.
  std::uint16_t start(std::int64_t since, std::uint32_t n) {
    const unsigned slot = free_.back();
    free_.pop_back();
    Waiting& waiting = slots_[slot];
    const std::uint16_t id = waiting.next_id;
    const unsigned next = id + static_cast<unsigned>(slots_.size());
    waiting = {since, n, id, static_cast<std::uint16_t>(next < kEndId ? next : first_id() + slot)};
    return id;
  }

  // What was asked under this id; nullptr when nothing waits for it. Valid until the next start().
  const Waiting* finish(std::uint32_t id) {
    const std::uint32_t slot = id & (static_cast<std::uint32_t>(slots_.size()) - 1);
    Waiting& waiting = slots_[slot];
    if (id == 0 || waiting.id != id) return nullptr;
    waiting.id = 0;
    free_.push_back(static_cast<std::uint16_t>(slot));
    return &waiting;
  }

 private:
  unsigned first_id() const {
    const unsigned size = static_cast<unsigned>(slots_.size());
    return (kFirstId + size - 1) / size * size;
  }

  std::vector<Waiting> slots_;
  std::vector<std::uint16_t> free_;  // the slot that was freed last is used first
};

}  // namespace shaddock::load
