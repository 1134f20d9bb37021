#pragma once

#include <shaddock/function.h>

#include <memory>
#include <utility>

#include "net/loop.h"
#include "net/program.h"

namespace shaddock::app {

// How a program says that it has ended: once, on a later turn, and not at all when it was destroyed
// before.
class Ending {
 public:
  Ending(net::Loop& loop, Function<void(int)> on_end)
      : loop_(loop), on_end_(std::make_shared<Function<void(int)>>(std::move(on_end))) {}

  // The first exit code counts.
  void tell(int code) {
    if (std::exchange(told_, true)) return;
    loop_.post([code, weak = std::weak_ptr(on_end_)] {
      if (const auto on_end = weak.lock()) (*on_end)(code);
    });
  }

 private:
  net::Loop& loop_;
  std::shared_ptr<Function<void(int)>> on_end_;
  bool told_ = false;
};

// A program that ended before it began.
class Failed final : public net::Program {
 public:
  Failed(net::Loop& loop, Function<void(int)> on_end, int code) : ending_(loop, std::move(on_end)) {
    ending_.tell(code);
  }

 private:
  Ending ending_;
};

}  // namespace shaddock::app
