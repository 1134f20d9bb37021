#include "load/machine_time.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>

using namespace shaddock::load;

TEST_CASE("the time of a process grows as it works") {
  const auto before = process_seconds(::getpid());
  REQUIRE(before);
  std::optional<double> now;
  do {
    now = process_seconds(::getpid());
  } while (now && *now == *before);
  REQUIRE(now);
  CHECK(*now > *before);
}

TEST_CASE("a process that is not there has no time") {
  CHECK_FALSE(process_seconds(0));
  CHECK_FALSE(process_seconds(-1));
  CHECK_FALSE(process_seconds(0x3fffffff));
}

TEST_CASE("a CPU that is not there was never busy") {
  const auto use = cpu_use(std::array{0, 100'000});
  REQUIRE(use.size() == 2);
  CHECK(use[0].busy > 0);
  CHECK(use[1].busy == 0);
}

TEST_CASE("the share that was stolen is that of the CPU that lost most") {
  const std::array<CpuUse, 3> before{{{5, 1}, {6, 2}, {7, 3}}};
  const std::array<CpuUse, 3> after{{{9, 1.2}, {9, 3}, {9, 3}}};
  CHECK(worst_stolen(before, after, 4) == 0.25);
  CHECK(worst_stolen(before, after, 0) == 0);
  CHECK(worst_stolen({}, {}, 4) == 0);
}
