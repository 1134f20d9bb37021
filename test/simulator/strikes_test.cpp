#include "strikes.h"

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <vector>

#include "game.h"

using namespace shaddock;
using namespace shaddock::simulator;
using Kind = Fault::Kind;

namespace {

constexpr sim::Instant kSecond{1'000'000};

// Two servers' machines with a process each, and what the world tells of its faults.
struct Ground {
  Ground() {
    for (const char* id : {"chat-1", "chat-2"})
      processes.push_back(
          world.start(machine_of(id), {"game", {std::string("id=") + id}, {}, false}, nullptr));
    world.set_tracer([this](sim::Instant, std::string_view who, std::string_view what) {
      told.push_back(std::string(who) + ' ' + std::string(what));
    });
  }
  int count(std::string_view text) const {
    int times = 0;
    for (const std::string& line : told) times += line.find(text) != std::string::npos;
    return times;
  }

  sim::World world;
  std::vector<net::ProcessId> processes;
  std::vector<std::string> told;
  int masters = 0;
  Strikes strikes{world, {}, [this] { ++masters; }};
};

}  // namespace

TEST_CASE("a process is found by the id in its command line, while it lives") {
  Ground ground;
  CHECK(process_of(ground.world, "chat-2") == ground.processes[1]);
  CHECK_FALSE(process_of(ground.world, "chat-3"));
  ground.strikes.run({{Kind::kill, kSecond, {}, "chat-2", {}}}, 2 * kSecond);
  CHECK_FALSE(process_of(ground.world, "chat-2"));
  CHECK(ground.world.alive(ground.processes[0]));
}

TEST_CASE("a plan takes the time it is given, and what it froze is thawed at the end") {
  Ground ground;
  ground.strikes.run({{Kind::freeze, kSecond, 5 * kSecond, "chat-1", {}}}, 2 * kSecond);
  CHECK(ground.world.now() == 2 * kSecond);
  CHECK_FALSE(ground.world.frozen(ground.processes[0]));
  CHECK(ground.count("chat-1 is frozen") == 1);
  CHECK(ground.count("chat-1 is thawed") == 1);
}

TEST_CASE("a stutter is many short freezes") {
  Ground ground;
  ground.strikes.run({{Kind::stutter, {}, kSecond, "chat-1", {}}}, 2 * kSecond);
  CHECK(ground.count("is frozen") == 9);
  CHECK(ground.count("is thawed") == 9);
}

TEST_CASE("a cut is two ways, unless it is one") {
  Ground both, one;
  both.strikes.run({{Kind::cut, {}, kSecond, "chat-1", "chat-2"}}, 2 * kSecond);
  CHECK(both.count("is cut from") == 2);
  one.strikes.run({{Kind::one_way, {}, kSecond, "chat-1", "chat-2"}}, 2 * kSecond);
  CHECK(one.count("is cut from") == 1);
}

TEST_CASE("who is stopped gets SIGTERM, and ends by itself; it is told of before, by its id") {
  Ground ground;
  int got = 0;
  std::string stopped;
  ground.strikes.on_stop([&](const std::string& id) { stopped += got == 0 ? id : "too late"; });
  ground.world.host(ground.processes[0]).processes.on_signal(SIGTERM, [&got] { ++got; });
  ground.strikes.run({{Kind::stop, kSecond, {}, "chat-1", {}}}, 2 * kSecond);
  CHECK(got == 1);
  CHECK(stopped == "chat-1");
  CHECK(ground.world.alive(ground.processes[0]));
}

TEST_CASE("a machine is cut from all others, and mended") {
  Ground ground;
  ground.strikes.run({{Kind::cut, {}, kSecond, "chat-1", "*"}}, 2 * kSecond);
  const std::string machine = machine_of("chat-1");
  CHECK(ground.count("is cut from *") == 1);
  CHECK(ground.count("* is cut from " + machine) == 1);
  CHECK(ground.count("reaches again *") == 1);
  CHECK(ground.count("* reaches again " + machine) == 1);
}

TEST_CASE("a master that is away is killed, and another one started, at the end at the latest") {
  Ground ground;
  const auto master =
      ground.world.start(kMasterMachine, {"game", {"id=master"}, {}, false}, nullptr);
  ground.strikes.run({{Kind::away, kSecond, 5 * kSecond, "master", {}}}, 2 * kSecond);
  CHECK_FALSE(ground.world.alive(master));
  CHECK(ground.masters == 1);
}
