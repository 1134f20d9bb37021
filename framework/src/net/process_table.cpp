#include "net/process_table.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
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

Status read_status(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  char text[1024];
  const ssize_t size = ::read(file, text, sizeof text);
  ::close(file);
  return size > 0 ? parse({text, static_cast<std::size_t>(size)}) : Status{};
}

}  // namespace

ProcessId identify(int pid) { return {pid, read_status(pid).start_time}; }

bool is_running(const ProcessId& id) {
  if (id.pid <= 0 || id.start_time == 0) return false;
  const Status status = read_status(id.pid);
  return status.start_time == id.start_time && status.state != 'Z' && status.state != 'X';
}

Descriptor open_process(const ProcessId& id) {
  // The descriptor holds on to whoever has the pid now; only then is it asked who that is.
  Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, id.pid, 0)));
  return is_running(id) ? std::move(process) : Descriptor();
}

bool send_signal(const ProcessId& id, int number) {
  const Descriptor process = open_process(id);
  if (process.open())
    return ::syscall(SYS_pidfd_send_signal, process.number(), number, nullptr, 0) == 0;
  return is_running(id) && ::kill(id.pid, number) == 0;  // no descriptor was to be had
}

}  // namespace shaddock::net
