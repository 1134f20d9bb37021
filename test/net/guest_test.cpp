#include "net/guest.h"

#include <doctest/doctest.h>

#include <optional>

#include "net/loopback.h"
#include "net/small_program.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

struct Household {
  void make(std::vector<std::string> words, bool spawns = false) {
    guest = std::make_unique<Guest>(
        loop.host(), SmallProgram::main(world), Command{"", std::move(words), ""},
        [this](Exit how) {
          exit = how;
          guest.reset();
        },
        spawns);
  }

  Loopback loop;
  SmallProgram::World world;
  std::optional<Exit> exit;
  std::unique_ptr<Guest> guest;
};

}  // namespace

TEST_CASE("A guest may be destroyed by its own end") {
  Household house;
  house.make({"polite"});
  house.guest->begin();
  CHECK(house.world.notes.count("begun") == 1);
  house.guest->signal(SIGTERM);
  house.guest->signal(SIGKILL);
  CHECK(house.world.notes.count("destroyed") == 0);
  house.loop.run_until([&] { return house.exit.has_value(); });
  CHECK(house.exit->status == 7);
  CHECK(house.world.notes.count("destroyed") == 1);
}

TEST_CASE("A guest that is destroyed takes its program along and says nothing") {
  Household house;
  house.make({"quick"});
  house.guest->begin();
  house.guest->signal(SIGTERM);
  house.guest.reset();
  CHECK(house.world.notes.count("destroyed") == 1);
  house.loop.run_turns(3);
  CHECK_FALSE(house.exit.has_value());
}

TEST_CASE("A guest that was killed before it has begun never begins") {
  Household house;
  house.make({});
  house.guest->signal(SIGKILL);
  house.loop.loop().post([&] { house.guest->begin(); });
  house.loop.run_until([&] { return house.exit.has_value(); });
  CHECK(house.world.notes.count("begun") == 0);
}

TEST_CASE("A guest spawns if it is let") {
  for (const bool spawns : {false, true}) {
    Household house;
    house.make({"spawns"}, spawns);
    house.guest->begin();
    CHECK(house.world.notes.count("spawned") == (spawns ? 1 : 0));
  }
}
