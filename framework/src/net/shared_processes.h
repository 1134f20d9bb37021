#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "net/hosted_guest.h"
#include "net/isolation.h"
#include "net/thread_guest.h"

namespace shaddock::net {

// Processes for the master of a shared process: what it spawns is a guest, by the same commands; in
// all else it sees the real processes. A guest's id is the real pid with a start time that no
// process has, so real processes and guests cannot be taken for each other:
//
//   start_time:  1 | number of the guest, from 1
//               63   62 .. 0
class SharedProcesses final : public Processes {
 public:
  // With isolation none the guests live on `host`, which is the master's but for its processes;
  // with isolation thread on threads of their own, which `home` leads back from.
  SharedProcesses(const Host& host, ThreadGuest::Home home, Isolation isolation, Main main);
  ~SharedProcesses() override;
  SharedProcesses(const SharedProcesses&) = delete;
  SharedProcesses& operator=(const SharedProcesses&) = delete;

  // The guest begins on a later turn. Its output is its own business.
  Result<ProcessId> spawn(const Command& command, Function<void(Exit)> on_exit) override;
  bool alive(const ProcessId& id) const override;
  bool signal(const ProcessId& id, int number) override;
  Result<void> watch(const ProcessId& id, Function<void()> on_end) override;

  ProcessId self() const override { return host_.processes.self(); }
  ProcessUsage usage() const override { return host_.processes.usage(); }
  void give_back_memory() override { host_.processes.give_back_memory(); }
  std::string program() const override { return host_.processes.program(); }
  bool watch_lifeline(Function<void()> on_end) override;
  void on_signal(int number, Function<void()> callback) override;

  // Guests that were killed in vain.
  std::size_t stuck() const;
  // Kills all that run; none is told of. Waits for their threads, ThreadGuest::kKillLimit at most,
  // and returns how many are left.
  std::size_t kill_all();

 private:
  struct Entry {
    std::shared_ptr<HostedGuest> guest;
    Function<void(Exit)> on_exit;
    bool alive = true;
    std::vector<Function<void()>> watchers{};
  };

  Result<std::shared_ptr<HostedGuest>> host_guest(const Command& command,
                                                  Function<void(Exit)> on_exit);
  const Entry* find(const ProcessId& id) const;
  void ended(std::uint64_t number, Exit exit);
  void forget_ended();

  const Host host_;
  const ThreadGuest::Home home_;
  const Isolation isolation_;
  const Main main_;
  const int pid_;
  std::map<std::uint64_t, Entry> guests_;
  std::uint64_t last_ = 0;
};

}  // namespace shaddock::net
