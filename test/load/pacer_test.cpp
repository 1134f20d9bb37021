#include "load/pacer.h"

#include <doctest/doctest.h>

#include <vector>

using namespace shaddock::load;

TEST_CASE("Moments are dealt in order, none before its time, all of them") {
  Place place;
  std::vector<std::uint64_t> numbers;
  bool early = false, uneven = false;
  Pacer* running = nullptr;
  Pacer pacer(place, 10'000, [&](std::uint64_t i, std::int64_t time) {
    numbers.push_back(i);
    early |= time > Place::clock();
    uneven |= time != running->time_of(i);
    if (numbers.size() == 100) place.loop().stop();
  });
  running = &pacer;
  pacer.start(Place::clock());
  place.loop().run();
  pacer.stop();
  REQUIRE(numbers.size() >= 100);
  for (std::size_t i = 0; i < numbers.size(); ++i) CHECK(numbers[i] == i);
  CHECK_FALSE(early);
  CHECK_FALSE(uneven);
}

TEST_CASE("Moments that were missed are made up for at once, with their own times") {
  Place place;
  std::vector<std::int64_t> times;
  Pacer pacer(place, 1000, [&](std::uint64_t, std::int64_t time) {
    times.push_back(time);
    place.loop().stop();
  });
  const std::int64_t start = Place::clock() - 50'000'000;
  pacer.start(start);
  place.loop().run();
  REQUIRE(times.size() >= 50);
  for (std::size_t i = 0; i < 50; ++i)
    CHECK(times[i] == start + static_cast<std::int64_t>(i) * 1'000'000);
}

TEST_CASE("A rate that does not divide a second is exact over many") {
  Place place;
  Pacer pacer(place, 3, [](std::uint64_t, std::int64_t) {});
  CHECK(pacer.time_of(3'000'000) == 1'000'000'000'000'000);
}
