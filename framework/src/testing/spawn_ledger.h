#pragma once

#include <csignal>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "net/processes.h"
#include "testing/process_view.h"

namespace shaddock::testing {

// Processes of a master, and which of them is the last one of each id.
class SpawnLedger final : public net::Processes {
 public:
  using OnExit = std::function<void(const std::string& id)>;

  // on_exit sees each end of a process before its spawner does.
  SpawnLedger(net::Processes& processes, OnExit on_exit)
      : processes_(processes), on_exit_(std::move(on_exit)) {}

  bool alive(const std::string& id) const {
    const auto known = spawned_.find(id);
    return known != spawned_.end() && processes_.alive(known->second);
  }
  void kill(const std::string& id) { processes_.signal(spawned_.at(id), SIGKILL); }

  Result<net::ProcessId> spawn(const net::Command& command,
                               Function<void(net::Exit)> on_exit) override {
    const std::string id = id_of(command);
    auto process =
        processes_.spawn(command, [this, id, on_exit = std::move(on_exit)](net::Exit exit) mutable {
          on_exit_(id);
          on_exit(exit);
        });
    if (process) spawned_[id] = *process;
    return process;
  }
  net::ProcessId self() const override { return processes_.self(); }
  bool alive(const net::ProcessId& id) const override { return processes_.alive(id); }
  bool signal(const net::ProcessId& id, int number) override {
    return processes_.signal(id, number);
  }
  Result<void> watch(const net::ProcessId& id, Function<void()> on_end) override {
    return processes_.watch(id, std::move(on_end));
  }
  net::ProcessUsage usage() const override { return processes_.usage(); }
  std::string program() const override { return processes_.program(); }
  bool watch_lifeline(Function<void()>) override { return false; }
  void on_signal(int, Function<void()>) override {}

 private:
  net::Processes& processes_;
  OnExit on_exit_;
  std::map<std::string, net::ProcessId> spawned_;
};

}  // namespace shaddock::testing
