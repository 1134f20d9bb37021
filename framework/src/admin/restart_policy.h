#pragma once

#include <cstdint>
#include <deque>

#include "net/timer_wheel.h"

namespace shaddock::admin {

// When a server that ended by itself is started again: at once, then after 100, 200, 400 ms ... 5
// s, each a fifth more or less so that servers which died together do not come back together. After
// five ends within 10 s the server is given up (FAILED) and tried once every 30 s. A life of 10 s
// forgives everything. Who has served for a second and then ended cleanly was told to by somebody
// (SIGTERM): that is no failure, it comes back at once, however often.
class RestartPolicy {
 public:
  struct Plan {
    net::Duration delay;
    bool failed;
  };

  void started(net::TimePoint now) { started_ = now; }
  // `chance` is any random number.
  Plan ended(net::TimePoint now, std::uint64_t chance, bool cleanly = false);
  bool failed() const { return failed_; }

  static constexpr net::Duration kFirst{100}, kMost{5000}, kForgiven{10000}, kGivenUp{30000},
      kServed{1000};
  static constexpr std::size_t kEndsToFail = 5;

 private:
  net::TimePoint started_{};
  std::deque<net::TimePoint> ends_;  // within the last kForgiven
  unsigned in_a_row_ = 0;
  bool failed_ = false;
};

}  // namespace shaddock::admin
