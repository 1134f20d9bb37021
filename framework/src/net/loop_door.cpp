#include "net/loop_door.h"

#include <utility>

namespace shaddock::net {

void LoopDoor::post(Function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (loop_ != nullptr) {
    loop_->post(std::move(work));
  } else if (!closed_) {
    waiting_.push_back(std::move(work));
  }
}

void LoopDoor::open(Loop& loop) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  loop_ = &loop;
  for (auto& work : std::exchange(waiting_, {})) loop.post(std::move(work));
}

void LoopDoor::close() {
  std::vector<Function<void()>> dropped;
  const std::lock_guard lock(mutex_);
  loop_ = nullptr;
  closed_ = true;
  dropped.swap(waiting_);
}

}  // namespace shaddock::net
