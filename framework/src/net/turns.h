#pragma once

#include <cstdint>

#include "net/timer_wheel.h"

namespace shaddock::net {

// How long the turns of a loop take, from the end of its waiting until it waits again: whatever
// comes meanwhile waits so long. Costs the loop a comparison for each callback.
class Turns {
 public:
  // For the loop. Beginning what has begun already changes nothing.
  void begin(TimePoint now) noexcept {
    if (running_) return;
    running_ = true;
    last_ = ended_ - began_;
    began_ = now;
    ++number_;
  }
  void end(TimePoint now) noexcept {
    ended_ = now;
    running_ = false;
  }

  std::uint64_t number() const noexcept { return number_; }  // of the one that runs; the first is 1
  TimePoint began() const noexcept { return began_; }
  TimePoint ended() const noexcept { return ended_; }  // the one before
  Duration last() const noexcept { return last_; }     // how long that took

 private:
  bool running_ = false;
  std::uint64_t number_ = 0;
  TimePoint began_{}, ended_{};
  Duration last_{0};
};

}  // namespace shaddock::net
