#pragma once

#include <cstdint>
#include <utility>

#include "net/timer_wheel.h"

namespace shaddock::cluster {

// Lets one line a second through, so that an enemy cannot fill the log; counts what it held back.
class LogLimit {
 public:
  bool allow(net::TimePoint now) {
    if (now < next_) return ++held_back_, false;
    next_ = now + net::Duration(1000);
    return true;
  }
  // Lines not written since the last time this was asked.
  std::uint64_t take_held_back() { return std::exchange(held_back_, 0); }

 private:
  net::TimePoint next_{net::TimePoint::min()};
  std::uint64_t held_back_ = 0;
};

}  // namespace shaddock::cluster
