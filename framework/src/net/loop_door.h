#pragma once

#include <shaddock/function.h>

#include <mutex>
#include <vector>

#include "net/loop.h"

namespace shaddock::net {

// The way to another thread's loop for those who may outlive it. Thread-safe; shared by all who
// post through it.
//
//   not yet open: work waits --open()--> work goes to the loop --close()--> work is dropped
class LoopDoor {
 public:
  LoopDoor() = default;
  explicit LoopDoor(Loop& loop) { open(loop); }
  LoopDoor(const LoopDoor&) = delete;
  LoopDoor& operator=(const LoopDoor&) = delete;

  // What is dropped is destroyed on the caller's thread, before this returns.
  void post(Function<void()> work);

  // Both on the loop's thread; after close() returned nobody touches the loop through this.
  void open(Loop& loop);
  void close();

 private:
  std::mutex mutex_;
  Loop* loop_ = nullptr;
  bool closed_ = false;
  std::vector<Function<void()>> waiting_;
};

}  // namespace shaddock::net
