#include "sim/sim_random.h"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <set>
#include <string>

using namespace shaddock::sim;

TEST_CASE("the same seed gives the same numbers, another gives others") {
  SimRandom one(5), same(5), other(6);
  for (int i = 0; i < 100; ++i) {
    const auto number = one.next();
    CHECK(number == same.next());
    CHECK(number != other.next());
  }
}

TEST_CASE("every byte of any length is filled, and none behind it") {
  for (std::size_t size = 0; size <= 40; ++size) {
    std::array<int, 41> changed{};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      std::string bytes(41, '\0');
      SimRandom random(seed);
      random.fill({bytes.data(), size});
      for (std::size_t i = 0; i < bytes.size(); ++i) changed[i] += bytes[i] != 0;
    }
    for (std::size_t i = 0; i < changed.size(); ++i) CHECK((changed[i] > 0) == (i < size));
  }
}

TEST_CASE("half of all bits are set") {
  SimRandom random(1);
  int bits = 0;
  for (int i = 0; i < 10'000; ++i) bits += std::popcount(random.next());
  CHECK(bits > 318'000);
  CHECK(bits < 322'000);
}

TEST_CASE("parts of seeds have seeds of their own") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    for (std::uint64_t number = 0; number < 50; ++number)
      CHECK(seen.insert(SimRandom::seed_of(seed, number)).second);
  CHECK(SimRandom::seed_of(3, 4) == SimRandom::seed_of(3, 4));
}
