#pragma once

#include <shaddock/function.h>

#include <map>
#include <string>
#include <utility>

#include "net/timer_wheel.h"

namespace shaddock::admin {

// Tells of servers that should have been heard of by now. Time is counted in intervals of our own
// timer, as silence on links is, so that a master that was stalled itself blames nobody.
class HangWatch {
 public:
  HangWatch(net::TimerWheel& timers, Function<void(const std::string& id)> on_hung)
      : timers_(timers), on_hung_(std::move(on_hung)) {}

  // To be heard of within that time, from now; takes the place of an earlier limit. on_hung comes
  // once.
  void expect(const std::string& id, net::Duration limit);
  // It is heard, or gone.
  void calm(const std::string& id) { waiting_.erase(id); }
  void calm_all() { waiting_.clear(); }

  static constexpr net::Duration kInterval{500};

 private:
  struct Waiting {
    Waiting(net::TimerWheel& timers, net::Duration::rep left, Function<void()> on_time)
        : intervals(left), timer(timers, std::move(on_time)) {}
    net::Duration::rep intervals;  // that are left
    net::Timer timer;
  };
  void tick(const std::string& id);

  net::TimerWheel& timers_;
  Function<void(const std::string&)> on_hung_;
  std::map<std::string, Waiting> waiting_;
};

}  // namespace shaddock::admin
