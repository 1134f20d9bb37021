#include "server/memory_watch.h"

#include <utility>

namespace shaddock::server {

MemoryWatch::MemoryWatch(net::Host& host, std::size_t budget, OnLook on_look)
    : host_(host),
      budget_(budget),
      on_look_(std::move(on_look)),
      next_(host.loop.timers(), [this] { look(); }) {
  if (budget_ != 0) next_.start(kEach);
}

std::size_t MemoryWatch::percent_used() {
  used_ = static_cast<std::size_t>(host_.processes.usage().resident_bytes);
  return static_cast<std::size_t>(static_cast<double>(used_) * 100 / static_cast<double>(budget_));
}

void MemoryWatch::look() {
  next_.start(kEach);
  std::size_t percent = percent_used();
  if (percent > kPressed && host_.loop.now() >= gives_back_at_) {
    gives_back_at_ = host_.loop.now() + kGiveBackEach;
    host_.processes.give_back_memory();
    percent = percent_used();
  }
  on_look_(percent, percent > kCritical ? used_ - budget_ / 100 * kRelieved : 0);
}

}  // namespace shaddock::server
