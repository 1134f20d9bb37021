#pragma once

#include <chrono>

namespace shaddock::net {

// A guest as its spawner holds it, on the spawner's thread. Destroying it kills the guest.
class HostedGuest {
 public:
  virtual ~HostedGuest() = default;

  // Delivered on a later turn of the guest's loop.
  virtual void signal(int number) = 0;
  // Waits until a guest that was killed is gone, on its own thread. False when it is not by then.
  virtual bool wait_until(std::chrono::steady_clock::time_point) { return true; }
  // Has been killed in vain: its thread does not turn any more, and its exit was told without it.
  virtual bool stuck() const { return false; }
};

}  // namespace shaddock::net
