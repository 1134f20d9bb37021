#pragma once
// The requests of one client that wait for an answer.
//
// A request in slot s of a ring of 2^n slots has the id  generation * 2^n + s.  Ids stay between
// 128 and 16383, so that every request and every answer has the same size (a varint of two bytes),
// and start again when they run out. An answer is right only if its slot waits for just that id.

#include <bit>
#include <cstdint>
#include <vector>

namespace shaddock::bench {

class Outstanding {
 public:
  static constexpr unsigned kFirstId = 128;
  static constexpr unsigned kEndId = 16384;

  explicit Outstanding(unsigned inflight)
      : slots_(std::bit_ceil(inflight)),
        first_generation_((kFirstId + slots_ - 1) / slots_ * slots_),
        waiting_(slots_, 0),
        next_(slots_) {
    for (unsigned slot = 0; slot < slots_; ++slot) next_[slot] = first_generation_ + slot;
  }

  unsigned slot_of(unsigned id) const { return id & (slots_ - 1); }

  // The id of a new request in this slot, which must be free.
  unsigned start(unsigned slot) {
    const unsigned id = next_[slot];
    next_[slot] = id + slots_ < kEndId ? id + slots_ : first_generation_ + slot;
    waiting_[slot] = id;
    return id;
  }

  // False if nothing waits for this id.
  bool finish(unsigned id) {
    unsigned& waiting = waiting_[slot_of(id)];
    if (id == 0 || waiting != id) return false;
    waiting = 0;
    return true;
  }

 private:
  unsigned slots_;
  unsigned first_generation_;
  std::vector<unsigned> waiting_;
  std::vector<unsigned> next_;
};

}  // namespace shaddock::bench
