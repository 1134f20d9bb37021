#pragma once

#include <uv.h>

#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "net/buffer_pool.h"
#include "net/loop.h"

namespace shaddock::net {

// A node of the list of what wants to be flushed at the end of the current phase.
class Flushable {
 public:
  Flushable() = default;
  Flushable(const Flushable&) = delete;
  Flushable& operator=(const Flushable&) = delete;
  virtual ~Flushable() { leave(); }
  // Has left its list. May destroy itself.
  virtual void flush() noexcept = 0;

 private:
  friend class UvLoop;
  void leave() noexcept;
  void enter(Flushable& list) noexcept;

  Flushable* next_ = nullptr;
  Flushable* previous_ = nullptr;
};

// The loop on libuv. One turn:
//
//   timers | prepare: deferred work, flush, arm the one uv_timer | wait and read | check: deferred
//   work, flush
//
// For turns(), a turn begins where the waiting ends.
//
// So what a callback wrote goes out in the phase it was written in, all streams together. Every
// callback from libuv begins with begin(), which makes now() the time after waiting.
// The constructor throws std::system_error when the system has no descriptors left for a loop.
class UvLoop final : public Loop {
 public:
  UvLoop();
  ~UvLoop() override;

  std::chrono::system_clock::time_point wall_clock() const override {
    return std::chrono::system_clock::now();
  }
  TimePoint clock() const override;
  TimerWheel& timers() noexcept override { return timers_; }
  const TimerWheel& timers() const noexcept override { return timers_; }
  void post(Function<void()> work) override;
  void defer(Function<void()> work) override { deferred_.push_back(std::move(work)); }
  void run() override;
  void stop() override { uv_stop(&loop_); }
  // From now on it asks again and again instead of waiting: it burns its core, and whoever sends to
  // it never has to wake it up.
  void stay_awake() noexcept;

  uv_loop_t* raw() noexcept { return &loop_; }
  void begin() noexcept {
    timers_.update(uv_time());
    turns_.begin(timers_.now());
  }
  void schedule(Flushable& item) noexcept { item.enter(dirty_); }
  // Shared by all streams: valid within one read callback.
  std::span<char> read_memory() noexcept { return {read_memory_.get(), kReadMemory}; }
  BufferPool& buffers() noexcept { return buffers_; }

  static constexpr std::size_t kReadMemory = 256 * 1024;

 private:
  struct List final : Flushable {
    void flush() noexcept override {}
  };

  TimePoint uv_time() const noexcept {
    return TimePoint(Duration(static_cast<std::int64_t>(uv_now(&loop_))));
  }
  void on_timer() noexcept;
  void end_phase() noexcept;
  void arm_timer() noexcept;
  void run_posted() noexcept;

  uv_loop_t loop_;
  uv_timer_t timer_;
  uv_prepare_t prepare_;
  uv_check_t check_;
  uv_async_t wake_;
  uv_idle_t idle_;  // active: never wait
  TimerWheel timers_;
  std::optional<TimePoint> armed_;
  List dirty_;
  std::vector<Function<void()>> deferred_;
  BufferPool buffers_;
  std::unique_ptr<char[]> read_memory_;
  std::mutex mutex_;
  std::vector<Function<void()>> posted_;  // guarded by mutex_
};

}  // namespace shaddock::net
