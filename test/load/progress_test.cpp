#include "load/progress.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace shaddock::load;

namespace {

Second second(double t, std::uint64_t errors) {
  return {t, 0.5, 20'576, errors, 1000, true, 812, 900, 2310, 5000};
}

}  // namespace

TEST_CASE("elsewhere than on a terminal each second is a line") {
  std::ostringstream out;
  Progress progress(out, false);
  progress.note("connecting: 40 of 100");
  progress.show(second(1, 0));
  progress.end();
  CHECK(out.str() ==
        "connecting: 40 of 100\n"
        "   1 s      41,152/s   p50   812 µs   p99  2.31 ms   errors 0   in flight 1,000\n");
}

TEST_CASE("on a terminal the line is rewritten and left standing at the end") {
  std::ostringstream out;
  Progress progress(out, true);
  progress.note("warming up");
  progress.note("x");
  CHECK(out.str() == "\rwarming up\x1b[K\rx\x1b[K");
  progress.end();
  progress.end();
  CHECK(out.str() == "\rwarming up\x1b[K\rx\x1b[K\n");
}

TEST_CASE("errors are those of all seconds so far") {
  std::ostringstream out;
  Progress progress(out, false);
  progress.show(second(1, 3));
  progress.show(second(2, 4));
  CHECK(out.str().find("errors 3 ") != std::string::npos);
  CHECK(out.str().find("errors 7 ") != std::string::npos);
}

TEST_CASE("what has no rate is told as it is, and no latency without answers") {
  std::ostringstream out;
  Progress progress(out, false, false);
  progress.show({5, 1, 10'000, 0, 0});
  CHECK(out.str() == "   5 s      10,000   errors 0   in flight 0\n");
}

TEST_CASE("a second of no length has no rate") {
  std::ostringstream out;
  Progress(out, false).show({0, 0, 7, 0, 0});
  CHECK(out.str().find(" 0/s") != std::string::npos);
}
