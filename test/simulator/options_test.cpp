#include "options.h"

#include <doctest/doctest.h>

using namespace shaddock::simulator;

TEST_CASE("a seed is one run, and a sweep goes on until its time is over") {
  const auto one = parse_options({"--seed", "123", "--trace"});
  REQUIRE(one);
  CHECK(one->from == 123);
  CHECK(one->seeds == 1);
  CHECK(one->trace);
  const auto sweep = parse_options({"--from", "5", "--seconds", "2.5"});
  REQUIRE(sweep);
  CHECK(sweep->from == 5);
  CHECK(sweep->seeds == 0);
  CHECK(sweep->seconds == 2.5);
}

TEST_CASE("some faults of the plan can be chosen, also none") {
  const auto some = parse_options({"--seed", "1", "--faults", "0,12"});
  REQUIRE(some);
  CHECK(some->only_faults);
  CHECK(some->faults == std::vector<std::size_t>{0, 12});
  const auto none = parse_options({"--faults", ""});
  REQUIRE(none);
  CHECK(none->only_faults);
  CHECK(none->faults.empty());
}

TEST_CASE("seconds of faults are read to the microsecond") {
  const auto options = parse_options({"--sim-seconds", "0.25"});
  REQUIRE(options);
  CHECK(options->sim_time == std::chrono::milliseconds(250));
}

TEST_CASE("a wrong command line is refused") {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--seed"},
                                             {"--seed", "x"},
                                             {"--seeds", "0"},
                                             {"--seconds", "-1"},
                                             {"--faults", "1,"},
                                             {"--faults", "a"},
                                             {"--sim-seconds", "4000"},
                                             {"--what", "1"},
                                             {"5"}})
    CHECK_FALSE(parse_options(words));
}
