#include "sim/sim_connecting.h"

#include <doctest/doctest.h>

#include "sim/two_machines.h"

using namespace shaddock;
using namespace shaddock::net;
using namespace shaddock::sim;

namespace {

using Connected = Result<std::unique_ptr<Stream>>;
using std::chrono::milliseconds;

// One attempt, from here to there.
struct Attempt {
  Attempt(TwoMachines& world, const Address& address, Duration limit = Duration(5000))
      : connecting(world.here.network->connect(address, limit, [this, &world](Connected result) {
          at = world.schedule.now();
          answer.emplace(std::move(result));
        })) {}

  std::optional<Connected> answer;
  Instant at{0};
  std::unique_ptr<Connecting> connecting;
};

struct Door {
  explicit Door(TwoMachines& world) {
    auto opened = world.there.network->listen(
        {kThere, 3010}, [this](std::unique_ptr<Stream> s) { accepted.push_back(std::move(s)); });
    listener = std::move(*opened);
  }
  std::unique_ptr<Listener> listener;
  std::vector<std::unique_ptr<Stream>> accepted;
};

const Address kDoor{kThere, 3010};

Path path_of(milliseconds delay) {
  Path path;
  path.delay = delay;
  return path;
}

}  // namespace

TEST_CASE("A connection is made after one way there and one back") {
  TwoMachines world;
  world.wires.set_path(kHere, kThere, path_of(milliseconds(10)));
  world.wires.set_path(kThere, kHere, path_of(milliseconds(30)));
  Door door(world);
  Attempt attempt(world, kDoor);
  world.run_until([&] { return attempt.answer.has_value(); });
  CHECK(attempt.answer->ok());
  CHECK(attempt.at == milliseconds(40));
  world.run_until([&] { return door.accepted.size() == 1; });
  CHECK(world.schedule.now() == milliseconds(50));
}

TEST_CASE("Nobody listening is told by name and reason, after a round trip") {
  TwoMachines world;
  Attempt attempt(world, kDoor);
  world.run_until([&] { return attempt.answer.has_value(); });
  REQUIRE_FALSE(attempt.answer->ok());
  CHECK(attempt.answer->error().text == "cannot connect to 10.0.0.2:3010: connection refused");
  CHECK(attempt.at == 2 * Path().delay);
}

TEST_CASE("Addresses to call that make no sense are errors, soon but not at once") {
  TwoMachines world;
  for (const Address& address :
       {Address{"127.0.0.1", 70000}, Address{"no such host.invalid", 80}, Address{"", 80}}) {
    CAPTURE(address.host);
    Attempt attempt(world, address);
    CHECK_FALSE(attempt.answer.has_value());
    world.run_until([&] { return attempt.answer.has_value(); });
    CHECK_FALSE(attempt.answer->ok());
    CHECK(world.schedule.now() < milliseconds(100));
  }
}

TEST_CASE("A machine that does not exist, or cannot be reached, is given up after the limit") {
  TwoMachines world;
  Door door(world);
  Address address = kDoor;
  SUBCASE("nobody has that address") { address.host = "10.9.9.9"; }
  SUBCASE("the way there is cut") { world.wires.cut(kHere, kThere); }
  SUBCASE("the way back is cut") { world.wires.cut(kThere, kHere); }
  Attempt attempt(world, address, Duration(2000));
  world.run_until([&] { return attempt.answer.has_value(); });
  REQUIRE_FALSE(attempt.answer->ok());
  CHECK(attempt.answer->error().text ==
        "cannot connect to " + to_string(address) + ": connection timed out");
  CHECK(attempt.at == milliseconds(2000));
  world.run_a_while();
  CHECK(door.accepted.empty());
}

TEST_CASE("Who asks over a cut path asks again after one, three and seven seconds") {
  struct Case {
    int mended, expected;
  };
  for (const Case& c : {Case{500, 1000}, Case{1500, 3000}, Case{3500, 7000}}) {
    TwoMachines world;
    Door door(world);
    SUBCASE("there") { world.wires.cut(kHere, kThere); }
    SUBCASE("and back") { world.wires.cut(kThere, kHere); }
    Attempt attempt(world, kDoor, Duration(20'000));
    world.run_for(milliseconds(c.mended));
    world.wires.mend("*", "*");
    world.run_until([&] { return attempt.answer.has_value(); });
    CHECK(attempt.answer->ok());
    CHECK(attempt.at == milliseconds(c.expected) + 2 * Path().delay);
    world.run_until([&] { return door.accepted.size() == 1; });
    world.run_for(std::chrono::seconds(30));
    CHECK(door.accepted.size() == 1);
  }
}

TEST_CASE("A machine may come to life while somebody calls it") {
  TwoMachines world;
  Attempt attempt(world, {"10.0.0.3", 80});
  world.run_for(milliseconds(500));
  Party third(world.schedule, world.wires, "10.0.0.3", 3);
  world.run_until([&] { return attempt.answer.has_value(); });
  CHECK(attempt.answer->error().text.ends_with("connection refused"));
}

TEST_CASE("Giving up a connection calls nobody, whenever it is done") {
  TwoMachines world;
  Door door(world);
  for (const int after : {0, 100, 200, 300, 399}) {
    Attempt attempt(world, kDoor);
    world.run_for(Instant(after));
    attempt.connecting.reset();
    world.run_a_while();
    CHECK_FALSE(attempt.answer.has_value());
  }
  CHECK(door.accepted.empty());
}

TEST_CASE("A connection being made may be destroyed by its own answer") {
  TwoMachines world;
  Door door(world);
  for (const int port : {3010, 3011}) {
    std::unique_ptr<Connecting> connecting;
    bool answered = false;
    connecting = world.here.network->connect({kThere, port}, Duration(5000), [&](Connected) {
      connecting.reset();
      answered = true;
    });
    world.run_until([&] { return answered; });
  }
}

TEST_CASE("Each caller has a port of its own") {
  TwoMachines world;
  Door door(world);
  Attempt one(world, kDoor), other(world, kDoor);
  world.run_until([&] { return door.accepted.size() == 2; });
  CHECK(door.accepted[0]->peer().host == kHere);
  CHECK(door.accepted[0]->peer().port != door.accepted[1]->peer().port);
}

TEST_CASE("Who was frozen past the limit while a connection came gives it up properly") {
  TwoMachines world;
  Door door(world);
  world.here.process.loop().refresh();
  Attempt attempt(world, kDoor, Duration(1));
  world.set_path(path_of(milliseconds(5)));
  world.here.process.freeze();
  world.run_a_while();
  world.here.process.thaw();
  world.run_until([&] { return attempt.answer.has_value(); });
  CHECK_FALSE(attempt.answer->ok());
  world.run_until([&] { return door.accepted.size() == 1; });
  Recorder events;
  door.accepted[0]->set_events(events);
  world.run_until([&] { return events.ends == 1; });
}

TEST_CASE("The tracer hears of what is connected and what is refused") {
  TwoMachines world;
  std::vector<std::string> lines;
  world.wires.set_tracer([&](const Process& who, std::string_view what) {
    lines.push_back(who.machine() + " " + std::string(what));
  });
  Attempt refused(world, kDoor);
  world.run_until([&] { return refused.answer.has_value(); });
  Door door(world);
  Attempt made(world, kDoor);
  world.run_until([&] { return made.answer.has_value(); });
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "10.0.0.1 cannot connect to 10.0.0.2:3010: connection refused");
  CHECK(lines[1] == "10.0.0.1 connected to 10.0.0.2:3010");
}
