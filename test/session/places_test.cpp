#include "session/places.h"

#include <doctest/doctest.h>

using shaddock::session::Places;

TEST_CASE("who asked last is remembered, up to the number that fits") {
  Places places(3);
  CHECK(places.find(1) == nullptr);
  for (const std::uint64_t session : {1u, 2u, 3u}) places.set(session, 10 * session);
  REQUIRE(places.find(1) != nullptr);  // from now on 2 is the one that has not asked for longest
  CHECK(*places.find(1) == 10);
  places.set(4, 40);
  CHECK(places.find(2) == nullptr);
  CHECK(places.size() == 3);
  for (const std::uint64_t session : {1u, 3u, 4u}) CHECK(*places.find(session) == 10 * session);
}

TEST_CASE("a session that gets another place has only that") {
  Places places(2);
  places.set(1, 10);
  places.set(1, 20);
  CHECK(places.size() == 1);
  CHECK(*places.find(1) == 20);
}

TEST_CASE("a copy starts empty") {
  Places places(2);
  places.set(1, 10);
  Places copy(places);
  CHECK(copy.find(1) == nullptr);
  CHECK(*places.find(1) == 10);
}
