#include "server/memory_watch.h"

#include <doctest/doctest.h>

#include "cluster/memory_network.h"
#include "server/counted_gate.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Wishes = Settings::Connector;

namespace {

constexpr std::size_t kBudget = 100'000'000;

struct Watched {
  explicit Watched(std::size_t budget)
      : watch(world.host(), budget, [this](std::size_t percent, std::size_t excess) {
          seen.emplace_back(percent, excess);
        }) {}
  using Look = std::pair<std::size_t, std::size_t>;
  cluster::MemoryHost world{1};
  cluster::MemoryProcesses& memory = world.processes();
  std::vector<Look> seen;
  MemoryWatch watch;
  void pass(int ms) { world.loop().pass(net::Duration(ms)); }
};

// A gate with a budget; "chatter" a client who does not read may miss.
struct FullGate : CountedGate {
  FullGate()
      : CountedGate([](Wishes& connector) {
          connector.limits.memory = kBudget;
          connector.when_slow = {{"chatter", Wishes::WhenSlow::drop}};
        }) {}
  void use(std::size_t percent) {
    world.processes().used = kBudget / 100 * percent;
    pass(250);
  }
  void push(std::string_view route, std::size_t size) {
    server().channels().broadcast("connector", route, Json(std::string(size, 'x')));
    settle();
  }
  TestClient& deaf() {
    TestClient& client = join("connector-1");
    wire(client).stop_reading();
    return client;
  }
};

}  // namespace

TEST_CASE("Without a budget nobody looks") {
  Watched world(0);
  world.pass(10'000);
  CHECK(world.seen.empty());
}

TEST_CASE("Each quarter of a second it is said how much is used; beyond 98 %, how much too much") {
  Watched world(kBudget);
  world.memory.used = kBudget / 2;
  world.pass(249);
  CHECK(world.seen.empty());
  world.pass(1);
  CHECK(world.seen == std::vector{Watched::Look(50, 0)});
  world.memory.used = kBudget / 100 * 98;
  world.pass(250);
  CHECK(world.seen.back() == Watched::Look(98, 0));
  world.memory.used = kBudget / 100 * 99;
  world.pass(250);
  CHECK(world.seen.back() == Watched::Look(99, kBudget / 100 * 4));
  world.memory.used = 3 * kBudget;
  world.pass(250);
  CHECK(world.seen.back() == Watched::Look(300, kBudget / 100 * 205));
}

TEST_CASE("What is free already is given back before anybody suffers, once a second") {
  Watched world(kBudget);
  world.memory.used = kBudget / 100 * 99;
  world.memory.free = kBudget / 100 * 50;
  world.pass(250);
  CHECK(world.seen == std::vector{Watched::Look(49, 0)});
  CHECK(world.memory.given_back == 1);
  world.memory.used = kBudget / 100 * 95;
  world.pass(750);
  CHECK(world.memory.given_back == 1);
  world.pass(250);
  CHECK(world.memory.given_back == 2);
  world.memory.used = kBudget / 100 * 92;
  world.pass(10'000);
  CHECK(world.memory.given_back == 2);
}

TEST_CASE("limits.memory: beyond 92 % nobody new is let in, who is in stays and is served") {
  FullGate town;
  TestClient& client = town.join("connector-1");
  town.use(92);
  CHECK(town.serves(town.join("connector-1")));
  town.use(93);
  TestClient& late = town.join("connector-1");
  CHECK(late.ended);
  CHECK(town.count(Count::refused_pressed) == 1);
  CHECK(town.serves(client));
  town.use(50);
  CHECK(town.serves(town.join("connector-1")));
}

TEST_CASE("limits.memory: beyond 95 % pushes that may be missed are not given to who has to read") {
  FullGate town;
  TestClient& slow = town.deaf();
  TestClient& good = town.join("connector-1");
  for (const std::size_t percent : {95, 96, 50}) {
    town.use(percent);
    town.push("word", 5000);
    town.push("chatter", 10);
  }
  CHECK(town.count(Count::dropped_pushes) == 1);
  CHECK(good.count("push chatter") == 3);
  town.wire(slow).read_on();
  town.settle();
  CHECK(slow.count("push chatter") == 2);
  CHECK(slow.count("push word") == 3);
}

TEST_CASE("limits.memory: beyond 98 % those go who have most to read, as few as can be") {
  FullGate town;
  TestClient& little = town.deaf();
  town.push("word", 3000);
  TestClient& some = town.deaf();
  town.push("word", 50'000);
  TestClient& much = town.deaf();
  town.push("word", 100'000);
  town.wire(little).read_on();
  town.settle();
  town.wire(little).stop_reading();
  town.push("word", 3000);
  town.use(98);
  CHECK(town.count(Count::all_queues_full) == 0);
  town.world.processes().used = kBudget / 100 * 98 + kBudget / 50;
  town.pass(250);
  // Far more than all that waits would have to go; but who has little to read is not to blame.
  CHECK(town.count(Count::all_queues_full) == 2);
  town.pass(2000);
  CHECK(town.server().connections() == 1);
  static_cast<void>(some);
  static_cast<void>(much);
}
