#include "pacer.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace shaddock::load {

Pacer::Pacer(Place& place, double rate, OnDue on_due)
    : place_(place),
      interval_(1e9 / rate),
      on_due_(std::move(on_due)),
      timer_(place.world.fine_timer([this] { deal(); })) {}

void Pacer::start(std::int64_t first) {
  start_ = first;
  next_ = 0;
  timer_->start_at({});
}

void Pacer::deal() {
  place_.look_at_clock();
  for (std::int64_t time; (time = time_of(next_)) <= place_.now; ++next_) on_due_(next_, time);
  const std::int64_t next = std::max(time_of(next_), place_.now + kGap);
  timer_->start_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(next)));
}

}  // namespace shaddock::load
