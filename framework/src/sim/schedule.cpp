#include "sim/schedule.h"

#include <algorithm>
#include <utility>

namespace shaddock::sim {

void Schedule::plan(Instant when, Receiver* to, Function<void()> event) {
  if (free_slots_.empty()) {
    free_slots_.push_back(slots_.size());
    slots_.emplace_back();
  }
  const std::size_t slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[slot] = {to, std::move(event)};
  entries_.push_back({std::max(when, now_), number_++, slot});
  std::push_heap(entries_.begin(), entries_.end(), later);
}

bool Schedule::step(Instant limit) {
  if (entries_.empty() || entries_.front().when > limit) {
    now_ = std::max(now_, limit);
    return false;
  }
  std::pop_heap(entries_.begin(), entries_.end(), later);
  const Entry entry = entries_.back();
  entries_.pop_back();
  now_ = entry.when;
  ++steps_;
  Slot next = std::move(slots_[entry.slot]);
  free_slots_.push_back(entry.slot);
  if (next.to != nullptr)
    next.to->deliver(std::move(next.event));
  else
    next.event();
  return true;
}

// What is forgotten may plan something while it is destroyed.
void Schedule::clear() {
  while (!entries_.empty()) {
    entries_.clear();
    free_slots_.clear();
    const auto forgotten = std::exchange(slots_, {});
  }
}

}  // namespace shaddock::sim
