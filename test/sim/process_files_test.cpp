#include "sim/process_files.h"

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::sim;

namespace {

struct Two {
  Schedule schedule;
  MemoryFiles shared;
  Process first{schedule, "a", {1000, 1}, 1}, second{schedule, "b", {1001, 1}, 2};
  ProcessFiles one{first, shared}, other{second, shared};
};

}  // namespace

TEST_CASE("all processes see the same files") {
  Two two;
  REQUIRE(two.one.make_folder("/run", 0700).ok());
  REQUIRE(two.one.replace("/run/a", "x", 0600).ok());
  REQUIRE(two.one.append("/run/a", "y", 0600).ok());
  CHECK(*two.other.read("/run/a").value() == "xy");
  CHECK(*two.other.read_end("/run/a", 1, 9).value() == "y");
  CHECK((*two.other.status("/run/a").value()).size == 2);
  CHECK(two.other.list("/run") == std::vector<std::string>{"a"});
  REQUIRE(two.other.remove("/run/a").ok());
  CHECK(!two.one.read("/run/a").value());
}

TEST_CASE("a lock keeps others out until it is given back, or its process dies") {
  Two two;
  auto lock = two.one.lock("/pid");
  REQUIRE(*lock != nullptr);
  CHECK(two.other.lock("/pid").value() == nullptr);
  lock->reset();
  auto again = two.other.lock("/pid");
  REQUIRE(*again != nullptr);
  two.second.die();
  two.other.release_locks();
  auto third = two.one.lock("/pid");
  CHECK(*third != nullptr);
  again->reset();  // what the dead one still held in its hands is nobody's
  CHECK(two.shared.lock("/pid").value() == nullptr);
}

TEST_CASE("a dead process reaches no file") {
  Two two;
  two.shared.put("/run/a", "x");
  two.first.die();
  CHECK(!two.one.read("/run/a").ok());
  CHECK(!two.one.read_end("/run/a", 0, 1).ok());
  CHECK(!two.one.status("/run/a").ok());
  CHECK(!two.one.replace("/run/a", "y", 0600).ok());
  CHECK(!two.one.append("/run/a", "y", 0600).ok());
  CHECK(!two.one.make_folder("/run/b", 0600).ok());
  CHECK(!two.one.remove("/run/a").ok());
  CHECK(!two.one.rename("/run/a", "/run/b").ok());
  CHECK(!two.one.lock("/run/a").ok());
  CHECK(two.one.list("/run").empty());
  CHECK(*two.shared.read("/run/a").value() == "x");
  CHECK(two.shared.list("/run") == std::vector<std::string>{"a"});
}
