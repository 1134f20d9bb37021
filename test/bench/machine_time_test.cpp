#include "machine_time.h"

#include <doctest/doctest.h>
#include <unistd.h>

using namespace shaddock::bench;

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

TEST_CASE("a process that is not there has no time") { CHECK_FALSE(process_seconds(0)); }

TEST_CASE("a CPU that is not there was never busy") {
  const auto use = cpu_use({0, 100'000});
  REQUIRE(use.size() == 2);
  CHECK(use[0].busy > 0);
  CHECK(use[1].busy == 0);
}
