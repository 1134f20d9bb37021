#include "cluster/calls.h"

#include <shaddock/error.h>

#include <algorithm>
#include <utility>

namespace shaddock::cluster {

namespace {

constexpr net::Duration kFairLimit{1000};

}  // namespace

Calls::Calls(net::TimerWheel& timers, Function<void(CallTag)> on_late)
    : timers_(timers), alarm_(timers, [this] { end_late(); }), on_late_(std::move(on_late)) {}

Calls::~Calls() {
  while (pending_ > 0) fail_all(code::kServerLost);
}

std::uint32_t Calls::free_slot() {
  if (free_.empty()) {
    slots_.emplace_back();
    free_.reserve(slots_.capacity());
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  return index;
}

CallId Calls::id_of(const Slot& slot) const {
  return CallId{slot.generation} << 32 | static_cast<std::uint32_t>(&slot - slots_.data());
}

CallId Calls::open(CallOwner& owner, CallTag tag, net::Duration limit) {
  Slot& slot = slots_[free_slot()];
  if (++slot.generation == 0) slot.generation = 1;
  slot.owner = &owner;
  slot.tag = tag;
  slot.deadline = timers_.now() + limit;
  slot.era = limit >= kFairLimit ? era_ : 0;
  if (!alarm_.active() || slot.deadline < alarm_.deadline()) alarm_.start(limit);
  ++pending_;
  return id_of(slot);
}

Calls::Slot* Calls::find(CallId id) {
  const auto index = static_cast<std::uint32_t>(id);
  if (index >= slots_.size()) return nullptr;
  Slot& slot = slots_[index];
  return slot.owner != nullptr && slot.generation == id >> 32 ? &slot : nullptr;
}

CallOwner* Calls::release(Slot& slot) {
  free_.push_back(static_cast<std::uint32_t>(&slot - slots_.data()));
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

// In the order of their deadlines.
void Calls::end_late() {
  struct Late {
    net::TimePoint deadline;
    CallId id;
    CallTag tag;
    std::uint32_t era;
  };
  const net::TimePoint now = timers_.now();
  std::vector<Late> late;
  net::TimePoint next = net::TimePoint::max();
  for (const Slot& slot : slots_) {
    if (slot.owner == nullptr) continue;
    if (slot.deadline <= now)
      late.push_back({slot.deadline, id_of(slot), slot.tag, slot.era});
    else
      next = std::min(next, slot.deadline);
  }
  if (next != net::TimePoint::max()) alarm_.start(next - now);
  std::stable_sort(late.begin(), late.end(), [](const Late& one, const Late& other) {
    return one.deadline < other.deadline;
  });
  for (const Late& call : late)
    if (end(call.id, {code::kTimeout, {}, false}) && call.era == era_ && on_late_)
      on_late_(call.tag);
}

void Calls::fail_all(int status) {
  std::vector<CallId> ids;
  ids.reserve(pending_);
  for (const Slot& slot : slots_)
    if (slot.owner != nullptr) ids.push_back(id_of(slot));
  for (const CallId id : ids) end(id, {status, {}, false});
}

}  // namespace shaddock::cluster
