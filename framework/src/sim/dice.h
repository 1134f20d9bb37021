#pragma once

#include <chrono>
#include <cstdint>

#include "sim/schedule.h"

namespace shaddock::sim {

// The chances of the network (SplitMix64): by the seed, and cheap enough for each delivery.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t value = state_ += 0x9e3779b97f4a7c15;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
  }
  // 0 .. bound - 1; 0 when the bound is 0.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  // What cannot happen, and what must, costs no number.
  bool happens(double chance) {
    if (chance <= 0) return false;
    if (chance >= 1) return true;
    return static_cast<double>(next() >> 11) * 0x1p-53 < chance;
  }
  // 0 .. most.
  Instant up_to(Instant most) {
    if (most.count() <= 0) return Instant(0);
    return Instant(static_cast<Instant::rep>(below(static_cast<std::uint64_t>(most.count()) + 1)));
  }

 private:
  std::uint64_t state_;
};

}  // namespace shaddock::sim
