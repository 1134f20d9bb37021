#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "net/timer_wheel.h"

namespace shaddock::server {

// Lets so many things a second through, and a burst of them at once after it was quiet. Exact: it
// counts thousandths of a thing, of which a millisecond brings as many as the rate is things a
// second.
class TokenBucket {
 public:
  TokenBucket() = default;  // no limit
  // A rate of 0 is no limit; a burst of 0 that of one second. Both are at most kMost. Full.
  TokenBucket(std::size_t per_second, std::size_t burst)
      : per_second_(bounded(per_second)),
        most_(bounded(burst != 0 ? burst : per_second) * kThousand),
        level_(most_) {}

  static constexpr std::size_t kMost = 4'000'000;

  // Whether one more may pass now; it is counted only if it may.
  bool take(net::TimePoint now) {
    if (per_second_ == 0) return true;
    level_ = level_at(now);
    at_ = milliseconds(now);
    if (level_ < kThousand) return false;
    level_ -= kThousand;
    return true;
  }

  // Whether it is as good as new.
  bool full(net::TimePoint now) const { return level_at(now) == most_; }

  // How much of it is used, to go on with elsewhere.
  std::uint32_t missing(net::TimePoint now) const { return most_ - level_at(now); }
  void miss(std::uint32_t used, net::TimePoint now) {
    level_ = most_ - std::min(most_, used);
    at_ = milliseconds(now);
  }

 private:
  static constexpr std::uint32_t kThousand = 1000;

  static std::uint32_t bounded(std::size_t value) {
    return static_cast<std::uint32_t>(std::min(value, kMost));
  }
  // Wraps after 49 days; a bucket left alone for longer is filled late, which harms nobody.
  static std::uint32_t milliseconds(net::TimePoint time) {
    return static_cast<std::uint32_t>(time.time_since_epoch().count());
  }
  std::uint32_t level_at(net::TimePoint now) const {
    const std::uint64_t passed = static_cast<std::uint32_t>(milliseconds(now) - at_);
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(most_, level_ + passed * per_second_));
  }

  std::uint32_t per_second_ = 0, most_ = 0;
  std::uint32_t level_ = 0, at_ = 0;  // thousandths, and when that was so
};
static_assert(sizeof(TokenBucket) == 16);

}  // namespace shaddock::server
