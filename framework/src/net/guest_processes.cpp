#include "net/guest_processes.h"

#include <utility>
#include <vector>

namespace shaddock::net {

Result<ProcessId> GuestProcesses::spawn(const Command& command, Function<void(Exit)> on_exit) {
  if (spawns_) return real_.spawn(command, std::move(on_exit));
  return Error(code::kFailed, "a server in a shared process starts no processes");
}

void GuestProcesses::on_signal(int number, Function<void()> callback) {
  handlers_.emplace(number, std::make_shared<Function<void()>>(std::move(callback)));
}

bool GuestProcesses::deliver(int number) {
  const auto [first, last] = handlers_.equal_range(number);
  std::vector<std::shared_ptr<Function<void()>>> calls;
  for (auto it = first; it != last; ++it) calls.push_back(it->second);
  for (const auto& call : calls) (*call)();
  return !calls.empty();
}

}  // namespace shaddock::net
