#include "net/uv_processes.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "net/descriptor.h"
#include "net/process_table.h"

namespace shaddock::net {

namespace {

constexpr Duration kLookAgain{100};
constexpr std::string_view kLifelineVariable = "SHADDOCK_LIFELINE=";

Error failure(const std::string& what, int reason) {
  return Error(code::kFailed, "cannot start " + what + ": " + std::strerror(reason));
}

std::vector<char*> argument_list(const Command& command) {
  std::vector<char*> list{const_cast<char*>(command.program.c_str())};
  for (const auto& argument : command.arguments)
    list.push_back(const_cast<char*>(argument.c_str()));
  list.push_back(nullptr);
  return list;
}

// Ours, without what we were told about a lifeline of our own.
std::vector<char*> environment(bool lifeline) {
  static constexpr char kSet[] = "SHADDOCK_LIFELINE=1";
  std::vector<char*> list;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with(kLifelineVariable)) list.push_back(*entry);
  }
  if (lifeline) list.push_back(const_cast<char*>(kSet));
  list.push_back(nullptr);
  return list;
}

uv_stdio_container_t inherit(const Descriptor& descriptor) {
  uv_stdio_container_t result{};
  result.flags = descriptor.open() ? UV_INHERIT_FD : UV_IGNORE;
  result.data.fd = descriptor.number();
  return result;
}

template <class Owned>
void close_owned(Owned* owned, uv_handle_t* handle) {
  handle->data = owned;
  uv_close(handle, [](uv_handle_t* closed) { delete static_cast<Owned*>(closed->data); });
}

}  // namespace

struct UvProcesses::Child {
  UvProcesses* owner;
  Function<void(Exit)> on_exit;
  Descriptor lifeline;  // the writing end
  uv_process_t process{};

  void close() { close_owned(this, reinterpret_cast<uv_handle_t*>(&process)); }
};

struct UvProcesses::Watch {
  UvProcesses& owner;
  Function<void()> on_end;
  Descriptor process{};  // of one that is not our child
  uv_poll_t poll{};

  void close() { close_owned(this, reinterpret_cast<uv_handle_t*>(&poll)); }
};

// For a process that the system gives us no descriptor of.
struct UvProcesses::Look {
  Look(UvProcesses& owner, const ProcessId& id, Function<void()> told)
      : process(id),
        on_end(std::move(told)),
        timer(owner.loop_.timers(), [this, &owner] { owner.look_again(*this); }) {}

  ProcessId process;
  Function<void()> on_end;
  Timer timer;
};

struct UvProcesses::SignalHandler {
  UvLoop& loop;
  Function<void()> callback;
  uv_signal_t signal{};

  void close() { close_owned(this, reinterpret_cast<uv_handle_t*>(&signal)); }
};

UvProcesses::UvProcesses(UvLoop& loop) : loop_(loop) {}

UvProcesses::~UvProcesses() {
  for (Child* child : children_) child->close();
  for (SignalHandler* handler : handlers_) handler->close();
  for (Watch* watch : watches_) watch->close();
  if (lifeline_ != nullptr) lifeline_->close();
}

Result<ProcessId> UvProcesses::spawn(const Command& command, Function<void(Exit)> on_exit) {
  Descriptor output(
      ::open(command.output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!output.open())
    return failure(command.program + " with output to " + command.output_file, errno);
  int ends[2] = {-1, -1};
  if (command.lifeline && ::pipe2(ends, O_CLOEXEC) != 0) return failure(command.program, errno);
  const Descriptor reading(ends[0]);
  auto child = std::make_unique<Child>(Child{this, std::move(on_exit), Descriptor(ends[1])});

  // What a library or whoever started us left open is not for our children either.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  auto arguments = argument_list(command);
  auto variables = environment(command.lifeline);
  uv_stdio_container_t stdio[] = {inherit(Descriptor()), inherit(output), inherit(output),
                                  inherit(reading)};
  uv_process_options_t options{};
  options.file = command.program.c_str();
  options.args = arguments.data();
  options.env = variables.data();
  options.flags = UV_PROCESS_DETACHED;
  options.stdio = stdio;
  options.stdio_count = command.lifeline ? 4 : 3;
  options.exit_cb = [](uv_process_t* process, std::int64_t status, int signal) {
    auto* ended = static_cast<Child*>(process->data);
    ended->owner->loop_.begin();
    ended->owner->children_.remove(ended);
    auto call = std::move(ended->on_exit);
    ended->close();
    if (call) call({static_cast<int>(status), signal});
  };
  child->process.data = child.get();
  const int status = uv_spawn(loop_.raw(), &child->process, &options);
  if (status != 0) {
    child.release()->close();
    return failure(command.program, -status);
  }
  const int pid = child->process.pid;
  children_.push_back(child.release());
  return identify(pid);
}

ProcessId UvProcesses::self() const { return identify(::getpid()); }
bool UvProcesses::alive(const ProcessId& id) const { return is_running(id); }
bool UvProcesses::signal(const ProcessId& id, int number) { return send_signal(id, number); }

// The descriptor of a process is readable once it has ended, also while it waits for its parent.
Result<void> UvProcesses::watch(const ProcessId& id, Function<void()> on_end) {
  Descriptor process = open_process(id);
  if (!process.open() && !is_running(id))
    return Error(code::kFailed,
                 "cannot watch process " + std::to_string(id.pid) + ": it has ended");
  const int number = process.number();
  auto watch = std::make_unique<Watch>(Watch{*this, std::move(on_end), std::move(process)});
  if (number < 0 || uv_poll_init(loop_.raw(), &watch->poll, number) != 0) {
    looks_.emplace_back(*this, id, std::move(watch->on_end)).timer.start(kLookAgain);
    return {};
  }
  watch->poll.data = watch.get();
  uv_poll_start(&watch->poll, UV_READABLE, [](uv_poll_t* poll, int, int) {
    auto* ended = static_cast<Watch*>(poll->data);
    ended->owner.loop_.begin();
    ended->owner.watches_.remove(ended);
    auto call = std::move(ended->on_end);
    ended->close();
    call();
  });
  watches_.push_back(watch.release());
  return {};
}

void UvProcesses::look_again(Look& look) {
  if (is_running(look.process)) return look.timer.start(kLookAgain);
  std::list<Look> ended;  // its timer's callback runs
  const auto same = [&](const Look& one) { return &one == &look; };
  ended.splice(ended.begin(), looks_, std::find_if(looks_.begin(), looks_.end(), same));
  ended.front().on_end();
}

ProcessUsage UvProcesses::usage() const {
  std::size_t resident = 0;
  uv_resident_set_memory(&resident);
  return {resident};
}

void UvProcesses::give_back_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

std::string UvProcesses::program() const {
  char path[4096];
  std::size_t size = sizeof path;
  if (uv_exepath(path, &size) != 0) return {};
  std::string result(path, size);
  // So the kernel marks a program that was built anew meanwhile; the new one is the one to start.
  constexpr std::string_view kReplaced = " (deleted)";
  if (result.ends_with(kReplaced)) result.resize(result.size() - kReplaced.size());
  return result;
}

bool UvProcesses::watch_lifeline(Function<void()> on_end) {
  struct stat status {};
  const char* given = std::getenv("SHADDOCK_LIFELINE");
  if (lifeline_ != nullptr || given == nullptr || std::string_view(given) != "1") return false;
  if (::fstat(kLifelineFd, &status) != 0 || !S_ISFIFO(status.st_mode)) return false;
  ::fcntl(kLifelineFd, F_SETFD, FD_CLOEXEC);
  lifeline_ = new Watch{*this, std::move(on_end)};
  uv_poll_init(loop_.raw(), &lifeline_->poll, kLifelineFd);
  lifeline_->poll.data = lifeline_;
  // Nothing is ever written, so whatever happens on the pipe is its end.
  uv_poll_start(&lifeline_->poll, UV_READABLE | UV_DISCONNECT, [](uv_poll_t* poll, int, int) {
    auto& watch = *static_cast<Watch*>(poll->data);
    watch.owner.loop_.begin();
    uv_poll_stop(poll);
    watch.on_end();
  });
  return true;
}

void UvProcesses::on_signal(int number, Function<void()> callback) {
  auto* handler = new SignalHandler{loop_, std::move(callback)};
  handlers_.push_back(handler);
  uv_signal_init(loop_.raw(), &handler->signal);
  handler->signal.data = handler;
  uv_signal_start(
      &handler->signal,
      [](uv_signal_t* signal, int) {
        auto& self = *static_cast<SignalHandler*>(signal->data);
        self.loop.begin();
        self.callback();
      },
      number);
}

}  // namespace shaddock::net
