#include "outstanding.h"

#include <doctest/doctest.h>

using namespace shaddock::bench;

TEST_CASE("an id is answered once") {
  Outstanding outstanding(10);
  const unsigned id = outstanding.start(3);
  CHECK(outstanding.slot_of(id) == 3);
  CHECK(outstanding.finish(id));
  CHECK_FALSE(outstanding.finish(id));
}

TEST_CASE("an id that was never sent is not answered") {
  Outstanding outstanding(10);
  outstanding.start(3);
  CHECK_FALSE(outstanding.finish(0));
  CHECK_FALSE(outstanding.finish(Outstanding::kFirstId + 4));
}

TEST_CASE("the answer to an older request in the same slot is wrong") {
  Outstanding outstanding(4);
  const unsigned older = outstanding.start(2);
  CHECK(outstanding.finish(older));
  CHECK(outstanding.start(2) != older);
  CHECK_FALSE(outstanding.finish(older));
}

TEST_CASE("ids keep two bytes as a varint, whatever is in flight and however long it runs") {
  for (const unsigned inflight : {1U, 3U, 10U, 128U, 1024U}) {
    Outstanding outstanding(inflight);
    for (unsigned round = 0; round < 2 * Outstanding::kEndId; ++round) {
      const unsigned id = outstanding.start(inflight - 1);
      REQUIRE(id >= Outstanding::kFirstId);
      REQUIRE(id < Outstanding::kEndId);
      REQUIRE(outstanding.finish(id));
    }
  }
}
