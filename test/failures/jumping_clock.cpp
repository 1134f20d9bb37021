// A wall clock that jumps: loaded into a program before all else (LD_PRELOAD), it shifts what the
// program reads of the real time by as many seconds as the file says that SHADDOCK_CLOCK_FILE
// names: an int64 of the machine, which may change at any time. The steady clock stays as it is.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

using ReadClock = int (*)(clockid_t, timespec*);

const volatile std::int64_t* open_shift() {
  static const std::int64_t none = 0;
  const char* const path = std::getenv("SHADDOCK_CLOCK_FILE");
  const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return &none;
  void* const mapped = ::mmap(nullptr, sizeof none, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return mapped == MAP_FAILED ? &none : static_cast<const std::int64_t*>(mapped);
}

int read_clock(clockid_t clock, timespec* time) {
  static const ReadClock real = reinterpret_cast<ReadClock>(::dlsym(RTLD_NEXT, "clock_gettime"));
  static const volatile std::int64_t* const shift = open_shift();
  const int result = real(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    time->tv_sec += static_cast<time_t>(*shift);
  return result;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept { return read_clock(clock, time); }

int gettimeofday(timeval* time, void*) noexcept {
  timespec now{};
  const int result = read_clock(CLOCK_REALTIME, &now);
  if (time != nullptr) *time = {now.tv_sec, now.tv_nsec / 1000};
  return result;
}

time_t time(time_t* place) noexcept {
  timespec now{};
  read_clock(CLOCK_REALTIME, &now);
  if (place != nullptr) *place = now.tv_sec;
  return now.tv_sec;
}
}
