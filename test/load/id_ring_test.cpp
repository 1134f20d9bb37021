#include "load/id_ring.h"

#include <doctest/doctest.h>

#include <set>

using namespace shaddock::load;

TEST_CASE("Ids have two bytes, differ from those that wait, and start again") {
  for (const unsigned most : {1U, 3U, 10U, 256U, IdRing::kMost}) {
    CAPTURE(most);
    IdRing ring(most);
    std::set<std::uint32_t> waiting;
    for (int round = 0; round < 20'000; ++round) {
      const std::uint16_t id = ring.start(round, 7);
      REQUIRE(id >= IdRing::kFirstId);
      REQUIRE(id < IdRing::kEndId);
      REQUIRE(waiting.insert(id).second);
      if (waiting.size() < most) continue;
      REQUIRE(ring.finish(*waiting.begin()) != nullptr);
      waiting.erase(waiting.begin());
    }
  }
}

TEST_CASE("An answer finds what was asked") {
  IdRing ring(4);
  const auto first = ring.start(1000, 1), second = ring.start(2000, 2);
  const Waiting* asked = ring.finish(second);
  REQUIRE(asked != nullptr);
  CHECK(asked->since == 2000);
  CHECK(asked->n == 2);
  CHECK(ring.waiting() == 1);
  asked = ring.finish(first);
  REQUIRE(asked != nullptr);
  CHECK(asked->n == 1);
  CHECK(ring.waiting() == 0);
}

TEST_CASE("A second answer, or one to what was never asked, finds nothing") {
  IdRing ring(4);
  const auto id = ring.start(0, 0);
  REQUIRE(ring.finish(id) != nullptr);
  CHECK(ring.finish(id) == nullptr);
  ring.start(0, 1);  // in the same slot, with another id
  CHECK(ring.finish(id) == nullptr);
  for (const std::uint32_t never : {0U, 1U, 16383U, 70000U, UINT32_MAX})
    CHECK(ring.finish(never) == nullptr);
  CHECK(ring.waiting() == 1);
}

TEST_CASE("A ring is full when as many wait as it has room for") {
  IdRing ring(3);  // rounded up
  for (int i = 0; i < 4; ++i) {
    CHECK_FALSE(ring.full());
    ring.start(0, 0);
  }
  CHECK(ring.full());
  CHECK(ring.waiting() == 4);
}
