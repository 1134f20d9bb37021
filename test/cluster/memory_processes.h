#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "net/processes.h"

namespace shaddock::cluster {

// The processes of the real world, but what this one uses of its memory is as the test says.
class MemoryProcesses final : public net::Processes {
 public:
  explicit MemoryProcesses(net::Processes& real) : real_(real) {}

  Result<net::ProcessId> spawn(const net::Command& command,
                               Function<void(net::Exit)> on_exit) override {
    return real_.spawn(command, std::move(on_exit));
  }
  net::ProcessId self() const override { return real_.self(); }
  bool alive(const net::ProcessId& id) const override { return real_.alive(id); }
  bool signal(const net::ProcessId& id, int number) override { return real_.signal(id, number); }
  Result<void> watch(const net::ProcessId& id, Function<void()> on_end) override {
    return real_.watch(id, std::move(on_end));
  }
  net::ProcessUsage usage() const override { return {used}; }
  void give_back_memory() override {
    ++given_back;
    used -= std::exchange(free, 0);
  }
  std::string program() const override { return real_.program(); }
  bool watch_lifeline(Function<void()> on_end) override {
    return real_.watch_lifeline(std::move(on_end));
  }
  void on_signal(int number, Function<void()> callback) override {
    real_.on_signal(number, std::move(callback));
  }

  std::uint64_t used = 10 << 20;
  std::uint64_t free = 0;  // of that
  int given_back = 0;      // so often

 private:
  net::Processes& real_;
};

}  // namespace shaddock::cluster
