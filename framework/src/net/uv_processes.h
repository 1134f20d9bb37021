#pragma once

#include <list>

#include "net/processes.h"
#include "net/uv_loop.h"

namespace shaddock::net {

// Processes on libuv. The lifeline is a pipe whose writing end only this process has: it ends by
// itself when this process does, however that comes about. The child finds its end as descriptor
// kLifelineFd and a variable of its environment that says so.
class UvProcesses final : public Processes {
 public:
  explicit UvProcesses(UvLoop& loop);
  ~UvProcesses() override;
  UvProcesses(const UvProcesses&) = delete;
  UvProcesses& operator=(const UvProcesses&) = delete;

  Result<ProcessId> spawn(const Command& command, Function<void(Exit)> on_exit) override;
  ProcessId self() const override;
  bool alive(const ProcessId& id) const override;
  bool signal(const ProcessId& id, int number) override;
  Result<void> watch(const ProcessId& id, Function<void()> on_end) override;
  ProcessUsage usage() const override;
  void give_back_memory() override;
  std::string program() const override;
  bool watch_lifeline(Function<void()> on_end) override;
  void on_signal(int number, Function<void()> callback) override;

 private:
  struct Child;
  struct Watch;
  struct SignalHandler;
  struct Look;
  void look_again(Look& look);

  UvLoop& loop_;
  // libuv holds what is listed until its handle is closed.
  std::list<Child*> children_;
  std::list<SignalHandler*> handlers_;
  std::list<Watch*> watches_;
  std::list<Look> looks_;
  Watch* lifeline_ = nullptr;
};

}  // namespace shaddock::net
