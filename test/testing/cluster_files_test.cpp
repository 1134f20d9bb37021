#include "testing/cluster_files.h"

#include <doctest/doctest.h>

#include "sim/memory_files.h"

namespace shaddock::testing {
namespace {

// Two memories, one of which plays the disk.
struct Both {
  Both() {
    disk.put("/game/config/servers.json", "of the disk");
    disk.put("/game/config/master.json", "of the disk");
    disk.put("/game/run/development/secret", "of the disk");
    memory.put("/game/config/servers.json", "of the test", 0600);
  }
  std::string read(const std::string& path) {
    const auto text = files.read(path);
    return text && *text ? **text : "nothing";
  }

  sim::MemoryFiles memory, disk;
  ClusterFiles files{memory, disk, admin::Folders::of("/game/config", "development")};
};

TEST_CASE("a file of the test stands in place of the one on the disk, others are read there") {
  Both both;
  CHECK(both.read("/game/config/servers.json") == "of the test");
  CHECK(both.read("/game/config/master.json") == "of the disk");
  CHECK(both.read("/game/config/other.json") == "nothing");
  CHECK((*both.files.status("/game/config/servers.json"))->mode == 0600);
  CHECK(*both.files.read_end("/game/config/master.json", 3, 100) == "the disk");
}

TEST_CASE("what a real cluster has left on the disk is not seen") {
  Both both;
  CHECK(both.read("/game/run/development/secret") == "nothing");
  CHECK(both.read("/game/config/../run/development/secret") == "nothing");
  CHECK(both.files.list("/game/run/development").empty());
}

TEST_CASE("what is written stays in memory") {
  Both both;
  const auto disk = both.disk.all().size();
  REQUIRE(both.files.make_folder("/game/run/development", 0700).ok());
  CHECK(both.files.replace("/game/run/development/secret", "new", 0600).ok());
  CHECK(both.files.append("/game/run/development/secret", "er", 0600).ok());
  CHECK(both.read("/game/run/development/secret") == "newer");
  CHECK(both.files.list("/game/run/development") == std::vector<std::string>{"secret"});
  CHECK(both.files.rename("/game/run/development/secret", "/game/run/development/old").ok());
  CHECK(both.read("/game/run/development/old") == "newer");
  CHECK(both.files.remove("/game/run/development/secret").ok());
  CHECK(both.read("/game/run/development/secret") == "nothing");

  const auto lock = both.files.lock("/game/run/development/lock");
  REQUIRE(lock.ok());
  CHECK(*lock != nullptr);
  CHECK(*both.files.lock("/game/run/development/lock") == nullptr);
  CHECK(both.disk.all().size() == disk);
}

}  // namespace
}  // namespace shaddock::testing
