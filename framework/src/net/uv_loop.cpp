#include "net/uv_loop.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace shaddock::net {

void Flushable::enter(Flushable& list) noexcept {
  if (list.next_ == nullptr) list.next_ = list.previous_ = &list;
  next_ = &list;
  previous_ = list.previous_;
  list.previous_->next_ = this;
  list.previous_ = this;
}

void Flushable::leave() noexcept {
  if (next_ == nullptr) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;
}

namespace {

uv_loop_t* init(uv_loop_t* loop) {
  if (const int status = uv_loop_init(loop); status != 0)
    throw std::system_error(-status, std::generic_category(), "cannot make a loop");
  return loop;
}

TimePoint time_of(const uv_loop_t* loop) {
  return TimePoint(Duration(static_cast<std::int64_t>(uv_now(loop))));
}

template <class Handle>
void close(Handle& handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
}

}  // namespace

UvLoop::UvLoop()
    : timers_(time_of(init(&loop_))),
      read_memory_(std::make_unique_for_overwrite<char[]>(kReadMemory)) {
  loop_.data = this;
  uv_timer_init(&loop_, &timer_);
  uv_prepare_init(&loop_, &prepare_);
  uv_check_init(&loop_, &check_);
  uv_idle_init(&loop_, &idle_);
  const int status = uv_async_init(&loop_, &wake_, [](uv_async_t* handle) {
    static_cast<UvLoop*>(handle->loop->data)->run_posted();
  });
  if (status != 0) std::abort();  // cannot be: the loop has its descriptor for this already
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) {
    auto& self = *static_cast<UvLoop*>(handle->loop->data);
    self.end_phase();
    self.arm_timer();
    self.turns_.end(self.uv_time());
  });
  uv_check_start(&check_,
                 [](uv_check_t* handle) { static_cast<UvLoop*>(handle->loop->data)->end_phase(); });
}

UvLoop::~UvLoop() {
  deferred_.clear();
  posted_.clear();
  close(timer_);
  close(prepare_);
  close(check_);
  close(idle_);
  close(wake_);
  // Handles that others closed before, and look-ups that were given up, end here as well.
  while (uv_run(&loop_, UV_RUN_DEFAULT) != 0) {
  }
  uv_loop_close(&loop_);
}

void UvLoop::run() {
  uv_update_time(&loop_);
  begin();
  uv_run(&loop_, UV_RUN_DEFAULT);
}

TimePoint UvLoop::clock() const {
  constexpr std::uint64_t kNanoseconds = 1'000'000;
  return TimePoint(Duration(static_cast<std::int64_t>(uv_hrtime() / kNanoseconds)));
}

void UvLoop::stay_awake() noexcept {
  uv_idle_start(&idle_, [](uv_idle_t*) {});
}

void UvLoop::post(Function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  uv_async_send(&wake_);
}

void UvLoop::run_posted() noexcept {
  begin();
  std::vector<Function<void()>> work;
  {
    const std::lock_guard lock(mutex_);
    work.swap(posted_);
  }
  for (auto& call : work) call();
}

void UvLoop::on_timer() noexcept {
  armed_.reset();
  timers_.advance(uv_time());
  uv_update_time(&loop_);  // what timers do takes time as well
}

void UvLoop::end_phase() noexcept {
  begin();
  // By index: work may defer more, which runs in this phase as well.
  for (std::size_t i = 0; i < deferred_.size(); ++i) std::exchange(deferred_[i], nullptr)();
  deferred_.clear();
  // What is scheduled while flushing waits for the next phase, or two streams could keep us here.
  List list;
  if (dirty_.next_ == nullptr || dirty_.next_ == &dirty_) return;
  list.enter(dirty_);
  dirty_.leave();
  while (list.next_ != &list) {
    Flushable& item = *list.next_;
    item.leave();
    item.flush();
  }
}

void UvLoop::arm_timer() noexcept {
  auto due = timers_.next_event();
  if (!deferred_.empty() || (dirty_.next_ != nullptr && dirty_.next_ != &dirty_)) due = uv_time();
  if (due == armed_) return;
  armed_ = due;
  if (!due) {
    uv_timer_stop(&timer_);
    return;
  }
  const auto wait = std::max(*due - uv_time(), Duration(0)).count();
  uv_timer_start(
      &timer_, [](uv_timer_t* handle) { static_cast<UvLoop*>(handle->loop->data)->on_timer(); },
      static_cast<std::uint64_t>(wait), 0);
}

}  // namespace shaddock::net
