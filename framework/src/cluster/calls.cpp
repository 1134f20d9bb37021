#include "cluster/calls.h"

#include <shaddock/error.h>

#include <utility>

namespace shaddock::cluster {

struct Calls::Slot {
  Slot(Calls& calls, std::uint32_t index)
      : timer(calls.timers_,
              [this, &calls] {
                calls.end(id(), {code::kTimeout, {}, false});
              }),
        index(index) {}

  CallId id() const { return CallId{generation} << 32 | index; }

  net::Timer timer;
  CallOwner* owner = nullptr;  // nullptr: the slot is free
  CallTag tag;
  const std::uint32_t index;
  std::uint32_t generation = 0;  // never 0 in an id
};

Calls::Calls(net::TimerWheel& timers) : timers_(timers) {}

Calls::~Calls() {
  while (pending_ > 0) fail_all(code::kServerLost);
}

Calls::Slot& Calls::free_slot() {
  if (free_.empty()) {
    const auto index = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back(std::make_unique<Slot>(*this, index));
    free_.reserve(slots_.capacity());
    return *slots_.back();
  }
  Slot& slot = *slots_[free_.back()];
  free_.pop_back();
  return slot;
}

CallId Calls::open(CallOwner& owner, CallTag tag, net::Duration limit) {
  Slot& slot = free_slot();
  if (++slot.generation == 0) slot.generation = 1;
  slot.owner = &owner;
  slot.tag = tag;
  slot.timer.start(limit);
  ++pending_;
  return slot.id();
}

Calls::Slot* Calls::find(CallId id) {
  const auto index = static_cast<std::uint32_t>(id);
  if (index >= slots_.size()) return nullptr;
  Slot* const slot = slots_[index].get();
  return slot->owner != nullptr && slot->id() == id ? slot : nullptr;
}

CallOwner* Calls::release(Slot& slot) {
  slot.timer.stop();
  free_.push_back(slot.index);
  --pending_;
  return std::exchange(slot.owner, nullptr);
}

bool Calls::end(CallId id, const CallEnd& end) {
  Slot* const slot = find(id);
  if (slot == nullptr) return false;
  const CallTag tag = slot->tag;
  release(*slot)->on_call_end(tag, end);
  return true;
}

void Calls::take_back(CallId id) {
  if (Slot* const slot = find(id)) release(*slot);
}

void Calls::fail_all(int status) {
  std::vector<CallId> ids;
  ids.reserve(pending_);
  for (const auto& slot : slots_)
    if (slot->owner != nullptr) ids.push_back(slot->id());
  for (const CallId id : ids) end(id, {status, {}, false});
}

}  // namespace shaddock::cluster
