#include "net/shared_processes.h"

#include <csignal>
#include <iterator>
#include <utility>

#include "net/guest.h"

namespace shaddock::net {

namespace {

constexpr std::uint64_t kGuest = std::uint64_t{1} << 63;

// A guest on the spawner's loop.
class LoopGuest final : public HostedGuest {
 public:
  LoopGuest(const Host& host, const Main& main, const Command& command,
            Function<void(Exit)> on_exit)
      : guest_(std::make_shared<Guest>(host, main, command, std::move(on_exit))) {
    host.loop.post([here = std::weak_ptr<Guest>(guest_)] {
      if (const auto guest = here.lock()) guest->begin();
    });
  }
  void signal(int number) override { guest_->signal(number); }

 private:
  std::shared_ptr<Guest> guest_;
};

}  // namespace

SharedProcesses::SharedProcesses(const Host& host, ThreadGuest::Home home, Isolation isolation,
                                 Main main)
    : host_(host),
      home_(std::move(home)),
      isolation_(isolation),
      main_(std::move(main)),
      pid_(host.processes.self().pid) {}

SharedProcesses::~SharedProcesses() { kill_all(); }

Result<ProcessId> SharedProcesses::spawn(const Command& command, Function<void(Exit)> on_exit) {
  forget_ended();
  const std::uint64_t number = ++last_;
  auto guest = host_guest(command, [this, number](Exit exit) { ended(number, exit); });
  if (!guest) return std::move(guest).error();
  guests_.emplace(number, Entry{std::move(guest).value(), std::move(on_exit)});
  return ProcessId{pid_, kGuest | number};
}

Result<std::shared_ptr<HostedGuest>> SharedProcesses::host_guest(const Command& command,
                                                                 Function<void(Exit)> on_exit) {
  if (isolation_ == Isolation::none)
    return std::shared_ptr<HostedGuest>(
        std::make_shared<LoopGuest>(host_, main_, command, std::move(on_exit)));
  auto started = ThreadGuest::start(home_, main_, command, std::move(on_exit));
  if (!started) return std::move(started).error();
  return std::shared_ptr<HostedGuest>(std::move(started).value());
}

// One that is stuck stays, so that its thread finds it when it turns again.
void SharedProcesses::ended(std::uint64_t number, Exit exit) {
  const auto found = guests_.find(number);
  if (found == guests_.end()) return;
  found->second.alive = false;
  auto call = std::move(found->second.on_exit);
  auto watchers = std::exchange(found->second.watchers, {});
  if (call) call(exit);
  for (auto& tell : watchers) tell();
}

void SharedProcesses::forget_ended() {
  std::erase_if(guests_,
                [](const auto& item) { return !item.second.alive && !item.second.guest->stuck(); });
}

const SharedProcesses::Entry* SharedProcesses::find(const ProcessId& id) const {
  const auto found = guests_.find(id.start_time & ~kGuest);
  if (found == guests_.end() || !found->second.alive || id.pid != pid_) return nullptr;
  return &found->second;
}

bool SharedProcesses::alive(const ProcessId& id) const {
  return (id.start_time & kGuest) != 0 ? find(id) != nullptr : host_.processes.alive(id);
}

bool SharedProcesses::signal(const ProcessId& id, int number) {
  if ((id.start_time & kGuest) == 0) return host_.processes.signal(id, number);
  const Entry* const entry = find(id);
  if (entry != nullptr && number != 0) entry->guest->signal(number);
  return entry != nullptr;
}

Result<void> SharedProcesses::watch(const ProcessId& id, Function<void()> on_end) {
  if ((id.start_time & kGuest) == 0) return host_.processes.watch(id, std::move(on_end));
  if (find(id) == nullptr) return Error(code::kFailed, "cannot watch a server that has ended");
  guests_.at(id.start_time & ~kGuest).watchers.push_back(std::move(on_end));
  return {};
}

bool SharedProcesses::watch_lifeline(Function<void()> on_end) {
  return host_.processes.watch_lifeline(std::move(on_end));
}
void SharedProcesses::on_signal(int number, Function<void()> callback) {
  host_.processes.on_signal(number, std::move(callback));
}

std::size_t SharedProcesses::stuck() const {
  std::size_t count = 0;
  for (const auto& [number, entry] : guests_) count += entry.guest->stuck() ? 1 : 0;
  return count;
}

std::size_t SharedProcesses::kill_all() {
  for (auto& [number, entry] : guests_) {
    if (entry.alive) entry.guest->signal(SIGKILL);
  }
  std::size_t left = 0;
  const auto limit = std::chrono::steady_clock::now() + ThreadGuest::kKillLimit;
  for (auto& [number, entry] : guests_) left += entry.guest->wait_until(limit) ? 0 : 1;
  guests_.clear();
  return left;
}

}  // namespace shaddock::net
