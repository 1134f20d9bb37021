#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/recorder.h"
#include "sim/process.h"
#include "sim/sim_network.h"
#include "sim/trace_hash.h"

namespace shaddock::sim {

inline const std::string kHere = "10.0.0.1", kThere = "10.0.0.2";

// A process that runs nothing, with its network.
struct Party {
  Party(Schedule& schedule, SimNetwork& wires, const std::string& machine, int number)
      : wires(wires),
        process(schedule, machine, net::ProcessId{number}, static_cast<std::uint64_t>(number)),
        network(wires.attach(process)) {}
  ~Party() { kill(); }
  void kill() {
    if (process.dead()) return;
    process.die();
    wires.process_ended(process);
  }

  SimNetwork& wires;
  Process process;
  std::unique_ptr<net::Network> network;
};

// Two machines, and a process on each: what most tests of the network need.
class TwoMachines {
 public:
  explicit TwoMachines(std::uint64_t seed = 1)
      : wires(schedule, seed, hash),
        here(schedule, wires, kHere, 1),
        there(schedule, wires, kThere, 2) {}

  // Fails the test when it does not come true within a simulated minute.
  void run_until(const std::function<bool()>& condition) {
    const Instant limit = schedule.now() + std::chrono::minutes(1);
    refresh();
    while (!condition()) REQUIRE(schedule.step(limit));
    refresh();
  }
  // For what must not happen.
  void run_for(Instant time) {
    refresh();
    const Instant limit = schedule.now() + time;
    while (schedule.step(limit)) {
    }
    refresh();
  }
  void run_a_while() { run_for(Instant(50'000)); }

  // Both directions.
  void set_path(const Path& path) {
    wires.set_path(kHere, kThere, path);
    wires.set_path(kThere, kHere, path);
  }

  Schedule schedule;
  TraceHash hash;
  SimNetwork wires;
  Party here, there;

 private:
  // What the test asks of loops between turns.
  void refresh() {
    for (Party* party : {&here, &there}) {
      if (!party->process.dead()) party->process.loop().refresh();
    }
  }
};

// A client here, a server there, with the listener that joined them.
struct Pair {
  explicit Pair(TwoMachines& world) {
    auto opened = world.there.network->listen({kThere, 0},
                                              [this](auto stream) { server = std::move(stream); });
    REQUIRE(opened.ok());
    listener = std::move(*opened);
    const auto connecting =
        world.here.network->connect(listener->address(), net::Duration(5000), [this](auto result) {
          REQUIRE(result.ok());
          client = std::move(*result);
        });
    world.run_until([this] { return server && client; });
  }

  std::unique_ptr<net::Listener> listener;
  std::unique_ptr<net::Stream> server, client;
};

}  // namespace shaddock::sim
