#pragma once

#include <map>
#include <memory>
#include <utility>

#include "net/processes.h"

namespace shaddock::net {

// Processes as a guest of a shared process sees them: it is the real process and sees all others,
// but signals come from its spawner only, and it has no lifeline. It spawns only if its host lets
// it.
class GuestProcesses final : public Processes {
 public:
  GuestProcesses(Processes& real, bool spawns) : real_(real), spawns_(spawns) {}

  Result<ProcessId> spawn(const Command& command, Function<void(Exit)> on_exit) override;
  ProcessId self() const override { return real_.self(); }
  bool alive(const ProcessId& id) const override { return real_.alive(id); }
  bool signal(const ProcessId& id, int number) override { return real_.signal(id, number); }
  Result<void> watch(const ProcessId& id, Function<void()> on_end) override {
    return real_.watch(id, std::move(on_end));
  }
  ProcessUsage usage() const override { return real_.usage(); }
  void give_back_memory() override { real_.give_back_memory(); }
  std::string program() const override { return real_.program(); }
  bool watch_lifeline(Function<void()>) override { return false; }
  void on_signal(int number, Function<void()> callback) override;

  // Runs what the guest wants to do about that signal. False when it said nothing about it.
  bool deliver(int number);

 private:
  Processes& real_;
  const bool spawns_;
  std::multimap<int, std::shared_ptr<Function<void()>>> handlers_;
};

}  // namespace shaddock::net
