#include "testing/spawn_ledger.h"

#include <doctest/doctest.h>

#include "sim/world.h"

namespace shaddock::testing {
namespace {

struct Idle final : net::Program {};

TEST_CASE("processes are known by the ids of their command lines, the last one of each") {
  sim::World world;
  world.set_placement([](const net::Command&) {
    const auto idle = [](net::Host&, const net::Command&, Function<void(int)>) {
      return std::make_unique<Idle>();
    };
    return sim::World::Placement{"10.0.0.1", idle};
  });
  net::Host& host = world.host(world.start("10.0.0.1", {"master", {}, {}, false}, {}));
  std::vector<std::string> ended;
  SpawnLedger ledger(host.processes, [&](const std::string& id) { ended.push_back(id + " seen"); });
  const auto spawn = [&](const std::string& id) {
    const auto spawned = ledger.spawn({"server", {"serve", "id=" + id}, {}, false},
                                      [&, id](net::Exit) { ended.push_back(id + " told"); });
    REQUIRE(spawned.ok());
    return *spawned;
  };

  const net::ProcessId first = spawn("one"), second = spawn("two");
  CHECK(ledger.alive("one"));
  CHECK_FALSE(ledger.alive("three"));
  ledger.kill("one");
  world.run_for(net::Duration(10));
  CHECK_FALSE(ledger.alive("one"));
  CHECK_FALSE(ledger.alive(first));
  CHECK(ledger.alive(second));
  CHECK(ended == std::vector<std::string>{"one seen", "one told"});

  CHECK(spawn("one") != first);
  CHECK(ledger.alive("one"));
}

}  // namespace
}  // namespace shaddock::testing
