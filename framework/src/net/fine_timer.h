#pragma once

#include <chrono>

namespace shaddock::net {

// One alarm on the steady clock, for tools that need better than the milliseconds of Timer: it
// comes some 50 us after its time on an idle machine, never before. Costs a descriptor and a
// system call each time it is set. Used on the loop's thread only; its callback may set it again
// and must not destroy it.
class FineTimer {
 public:
  virtual ~FineTimer() = default;
  // A time that has passed means at once, in the next turn; an alarm that was set is moved.
  virtual void start_at(std::chrono::steady_clock::time_point time) = 0;
  virtual void stop() = 0;
};

}  // namespace shaddock::net
