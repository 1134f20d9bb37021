#include "sim/dice.h"

#include <doctest/doctest.h>

using namespace shaddock::sim;

TEST_CASE("Dice fall alike for one seed, and differently for another") {
  Dice one(5), again(5), other(6);
  bool differ = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = one.next();
    CHECK(again.next() == number);
    differ |= other.next() != number;
  }
  CHECK(differ);
}

TEST_CASE("Chances are met about as often as they say, and the certain ones always") {
  Dice dice(1);
  int quarter = 0;
  for (int i = 0; i < 10'000; ++i) {
    quarter += dice.happens(0.25);
    CHECK_FALSE(dice.happens(0));
    CHECK(dice.happens(1));
  }
  CHECK(quarter > 2300);
  CHECK(quarter < 2700);
}

TEST_CASE("What is up to a bound reaches it and does not pass it") {
  Dice dice(1);
  bool least = false, most = false;
  for (int i = 0; i < 1000; ++i) {
    const Instant value = dice.up_to(Instant(7));
    REQUIRE(value >= Instant(0));
    REQUIRE(value <= Instant(7));
    least |= value == Instant(0);
    most |= value == Instant(7);
    REQUIRE(dice.below(7) < 7);
  }
  CHECK(least);
  CHECK(most);
  CHECK(dice.below(0) == 0);
  CHECK(dice.up_to(Instant(0)) == Instant(0));
}
