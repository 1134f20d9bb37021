#include "net/process_table.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace shaddock::net {

namespace {

struct Status {
  char state = 0;  // 0: no such process
  std::uint64_t start_time = 0;
};

// Fields of /proc/<pid>/stat: "pid (name) state ...", where the name may hold blanks and brackets;
// the start time is the 22nd.
Status parse(std::string_view text) {
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= text.size()) return {};
  std::string_view rest = text.substr(name_end + 2);
  Status status{rest.front()};
  for (int field = 3; field < 22; ++field) {
    const auto blank = rest.find(' ');
    if (blank == std::string_view::npos) return {};
    rest.remove_prefix(blank + 1);
  }
  std::from_chars(rest.data(), rest.data() + rest.size(), status.start_time);
  return status;
}

// Nothing when it cannot be read, which says nothing about the process.
std::optional<Status> read_status(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char text[1024];
  const ssize_t size = file.open() ? ::read(file.number(), text, sizeof text) : -1;
  if (size >= 0) return parse({text, static_cast<std::size_t>(size)});
  return errno == ENOENT || errno == ESRCH ? std::optional(Status{}) : std::nullopt;
}

}  // namespace

// The first half of the boot id, which is 36 characters: xxxxxxxx-xxxx-xxxx-...
std::uint64_t boot_number() {
  const Descriptor file(::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC));
  char text[18];
  if (!file.open() || ::read(file.number(), text, sizeof text) != sizeof text) return 0;
  std::uint64_t number = 0;
  for (const char digit : text) {
    if (digit == '-') continue;
    const auto value = std::string_view("0123456789abcdef").find(digit);
    if (value == std::string_view::npos) return 0;
    number = number << 4 | value;
  }
  return number;
}

ProcessId identify(int pid) {
  return {pid, read_status(pid).value_or(Status{}).start_time, boot_number()};
}

Life look_at(const ProcessId& id) {
  if (id.pid <= 0 || id.start_time == 0) return Life::ended;
  // Both are counted anew from one boot to the next.
  if (const std::uint64_t boot = id.boot == 0 ? 0 : boot_number(); boot != 0 && boot != id.boot)
    return Life::ended;
  const auto status = read_status(id.pid);
  if (!status) return ::kill(id.pid, 0) != 0 && errno == ESRCH ? Life::ended : Life::unknown;
  const bool runs =
      status->start_time == id.start_time && status->state != 'Z' && status->state != 'X';
  return runs ? Life::running : Life::ended;
}

Descriptor open_process(const ProcessId& id) {
  // The descriptor holds on to whoever has the pid now; only then is it asked who that is.
  Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, id.pid, 0)));
  return look_at(id) == Life::running ? std::move(process) : Descriptor();
}

bool send_signal(const ProcessId& id, int number) {
  const Descriptor process = open_process(id);
  if (process.open())
    return ::syscall(SYS_pidfd_send_signal, process.number(), number, nullptr, 0) == 0;
  return look_at(id) == Life::running &&
         ::kill(id.pid, number) == 0;  // no descriptor was to be had
}

}  // namespace shaddock::net
