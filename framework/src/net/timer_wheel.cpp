#include "net/timer_wheel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <utility>

namespace shaddock::net {

namespace {

// Level 0 has a slot for each of the 256 ms of the current block. Each of the six levels above has
// 64 slots, each as wide as the whole level below. Together: 2^44 ms, some 550 years.
constexpr int kFirstBits = 8;
constexpr int kLevelBits = 6;
constexpr int kUpperLevels = 6;
constexpr std::size_t kFirstSlots = std::size_t{1} << kFirstBits;
constexpr std::size_t kLevelSlots = std::size_t{1} << kLevelBits;
constexpr std::size_t kSlots = kFirstSlots + kUpperLevels * kLevelSlots;
constexpr std::uint64_t kNever = ~std::uint64_t{0};
constexpr Duration kLongest{std::int64_t{1} << 42};

constexpr int shift_of(int level) { return kFirstBits + kLevelBits * (level - 1); }

constexpr std::uint64_t ticks(TimePoint time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

}  // namespace

// A timer lies on the lowest level on whose block it agrees with the cursor: all its digits above
// are the cursor's. So the earliest timer is on the lowest level that is not empty, timers of one
// deadline are always in one slot, and moving a slot down in order keeps the order of starting.
struct TimerWheel::Levels {
  struct Event {
    std::uint64_t start = kNever;
    std::size_t slot = 0;
  };

  explicit Levels(std::uint64_t now) : cursor(now) {
    for (TimerLink& slot : slots) slot.next = slot.previous = &slot;
  }

  std::size_t slot_of(std::uint64_t time) const {
    const std::uint64_t difference = time ^ cursor;
    if (difference < kFirstSlots) return time % kFirstSlots;
    const int level =
        (static_cast<int>(std::bit_width(difference)) - 1 - kFirstBits) / kLevelBits + 1;
    return kFirstSlots + (level - 1) * kLevelSlots + (time >> shift_of(level)) % kLevelSlots;
  }

  void append(TimerLink& link, std::size_t slot) {
    TimerLink& end = slots[slot];
    link.next = &end;
    link.previous = end.previous;
    end.previous->next = &link;
    end.previous = &link;
    used[slot / 64] |= std::uint64_t{1} << slot % 64;
  }

  void unlink(TimerLink& link) noexcept {
    link.next->previous = link.previous;
    link.previous->next = link.next;
    if (link.next == link.previous) {
      const auto slot = static_cast<std::size_t>(link.next - slots.data());
      used[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
    }
    link.next = link.previous = nullptr;
  }

  Event first() const {
    const std::size_t digit = cursor % kFirstSlots;
    for (std::size_t word = digit / 64; word < kFirstSlots / 64; ++word) {
      const std::uint64_t behind =
          word == digit / 64 ? ~std::uint64_t{0} << digit % 64 : ~std::uint64_t{0};
      const std::uint64_t bits = used[word] & behind;
      if (bits == 0) continue;
      const std::size_t slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
      return {(cursor & ~std::uint64_t{kFirstSlots - 1}) | slot, slot};
    }
    return first_above();
  }

  Event first_above() const {
    for (int level = 1; level <= kUpperLevels; ++level) {
      const int shift = shift_of(level);
      const std::uint64_t upto = (std::uint64_t{2} << (cursor >> shift) % kLevelSlots) - 1;
      const std::uint64_t bits =
          used[kFirstSlots / 64 + static_cast<std::size_t>(level) - 1] & ~upto;
      if (bits == 0) continue;
      const auto digit = static_cast<std::uint64_t>(std::countr_zero(bits));
      const std::uint64_t block = cursor >> (shift + kLevelBits) << (shift + kLevelBits);
      return {block | digit << shift,
              kFirstSlots + (static_cast<std::size_t>(level) - 1) * kLevelSlots + digit};
    }
    return {};
  }

  std::uint64_t cursor;  // all before it has run
  std::array<TimerLink, kSlots> slots;
  std::array<std::uint64_t, kSlots / 64> used{};  // a bit for each slot that is not empty
};

void Alarm::start(Duration after) {
  stop();
  deadline_ = wheel_->now() + std::clamp(after, Duration(1), kLongest);
  wheel_->insert(*this);
}

void Alarm::stop() noexcept {
  if (active()) wheel_->remove(*this);
}

TimerWheel::TimerWheel(TimePoint now) : now_(now), levels_(std::make_unique<Levels>(ticks(now))) {}

TimerWheel::~TimerWheel() { assert(active_ == 0); }

void TimerWheel::insert(Alarm& alarm) {
  levels_->append(alarm, levels_->slot_of(ticks(alarm.deadline_)));
  ++active_;
}

void TimerWheel::remove(Alarm& alarm) noexcept {
  levels_->unlink(alarm);
  --active_;
}

void TimerWheel::update(TimePoint now) noexcept { now_ = std::max(now_, now); }

void TimerWheel::advance(TimePoint now) {
  update(now);
  const std::uint64_t end = ticks(now_);
  for (auto event = levels_->first(); event.start <= end; event = levels_->first()) {
    levels_->cursor = event.start;
    if (event.slot < kFirstSlots) {
      run_slot(event.slot);
      continue;
    }
    TimerLink& slot = levels_->slots[event.slot];
    while (slot.next != &slot) {
      auto& alarm = static_cast<Alarm&>(*slot.next);
      levels_->unlink(alarm);
      levels_->append(alarm, levels_->slot_of(ticks(alarm.deadline_)));
    }
  }
  levels_->cursor = end;
}

void TimerWheel::run_slot(std::size_t index) {
  TimerLink& slot = levels_->slots[index];
  while (slot.next != &slot) {
    auto& alarm = static_cast<Alarm&>(*slot.next);
    remove(alarm);
    alarm.ring_(alarm);
  }
}

// The callback is kept alive on the stack: it may destroy its timer and still use what it captured.
void Timer::run() {
  bool gone = false;
  gone_ = &gone;
  auto call = std::move(on_time_);
  call();
  if (gone) return;
  gone_ = nullptr;
  on_time_ = std::move(call);
}

std::optional<TimePoint> TimerWheel::next_event() const {
  if (active_ == 0) return std::nullopt;
  return TimePoint(Duration(static_cast<std::int64_t>(levels_->first().start)));
}

}  // namespace shaddock::net
