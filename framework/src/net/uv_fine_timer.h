#pragma once

#include <shaddock/function.h>

#include "net/fine_timer.h"
#include "net/uv_loop.h"

namespace shaddock::net {

// A timerfd that libuv polls.
class UvFineTimer final : public FineTimer {
 public:
  // Throws std::system_error when the system has no descriptors left.
  UvFineTimer(UvLoop& loop, Function<void()> on_time);
  ~UvFineTimer() override;
  UvFineTimer(const UvFineTimer&) = delete;
  UvFineTimer& operator=(const UvFineTimer&) = delete;

  void start_at(std::chrono::steady_clock::time_point time) override;
  void stop() override;

 private:
  // What libuv holds until the handle is closed.
  struct Core {
    UvLoop& loop;
    Function<void()> on_time;
    uv_poll_t poll{};
  };

  int descriptor_;
  Core* core_;
};

}  // namespace shaddock::net
