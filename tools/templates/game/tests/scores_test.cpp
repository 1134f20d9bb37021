#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "teams/scores.h"

#include <doctest/doctest.h>
#include <shaddock/error.h>

TEST_CASE("each team has points of its own, and they add up") {
  Scores scores;
  CHECK(scores.add("red", 3) == 3);
  CHECK(scores.add("blue", 1) == 1);
  CHECK(scores.add("red", 2) == 5);
}

TEST_CASE("a score out of range is refused and counts nothing") {
  Scores scores;
  CHECK_THROWS_AS(scores.add("red", 0), shaddock::Error);
  CHECK_THROWS_AS(scores.add("red", 11), shaddock::Error);
  CHECK(scores.add("red", 10) == 10);
}
