#include "net/uv_fine_timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace shaddock::net {

namespace {

int make_descriptor() {
  const int descriptor = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), "cannot make a timer");
  return descriptor;
}

void set(int descriptor, std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  itimerspec when{};
  when.it_value.tv_sec = nanoseconds / kSecond;
  when.it_value.tv_nsec = nanoseconds % kSecond;
  ::timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace

UvFineTimer::UvFineTimer(UvLoop& loop, Function<void()> on_time)
    : descriptor_(make_descriptor()), core_(new Core{loop, std::move(on_time)}) {
  core_->poll.data = core_;
  uv_poll_init(loop.raw(), &core_->poll, descriptor_);
  uv_poll_start(&core_->poll, UV_READABLE, [](uv_poll_t* handle, int, int) {
    Core& core = *static_cast<Core*>(handle->data);
    core.loop.begin();
    // Reading tells that the alarm was heard; it fails when it was moved meanwhile.
    std::uint64_t times = 0;
    uv_os_fd_t descriptor = -1;
    uv_fileno(reinterpret_cast<uv_handle_t*>(handle), &descriptor);
    if (::read(descriptor, &times, sizeof times) == sizeof times) core.on_time();
  });
}

UvFineTimer::~UvFineTimer() {
  uv_close(reinterpret_cast<uv_handle_t*>(&core_->poll),
           [](uv_handle_t* handle) { delete static_cast<Core*>(handle->data); });
  ::close(descriptor_);
}

// A time of zero would disarm it.
void UvFineTimer::start_at(std::chrono::steady_clock::time_point time) {
  using std::chrono::nanoseconds;
  set(descriptor_, std::max<std::int64_t>(1, nanoseconds(time.time_since_epoch()).count()));
}

void UvFineTimer::stop() { set(descriptor_, 0); }

}  // namespace shaddock::net
