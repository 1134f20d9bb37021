#pragma once

#include <cstdint>
#include <utility>

#include "net/timer_wheel.h"

namespace shaddock::cluster {

// Lets so many lines a second through, so that an enemy cannot fill the log; counts what it held
// back.
class LogLimit {
 public:
  explicit LogLimit(unsigned lines_per_second = 1) : lines_per_second_(lines_per_second) {}

  bool allow(net::TimePoint now) {
    if (now >= next_window_) {
      next_window_ = now + net::Duration(1000);
      lines_ = 0;
    }
    if (lines_ == lines_per_second_) return ++held_back_, false;
    ++lines_;
    return true;
  }
  // Lines not written since the last time this was asked.
  std::uint64_t take_held_back() { return std::exchange(held_back_, 0); }

 private:
  unsigned lines_per_second_;
  unsigned lines_ = 0;
  std::uint64_t held_back_ = 0;
  net::TimePoint next_window_{net::TimePoint::min()};
};

}  // namespace shaddock::cluster
