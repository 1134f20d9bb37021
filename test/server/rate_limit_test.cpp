#include "server/rate_limit.h"

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::server;

namespace {

net::TimePoint at(std::int64_t milliseconds) { return net::TimePoint(net::Duration(milliseconds)); }

// How many pass at that moment.
std::size_t passing(TokenBucket& bucket, net::TimePoint now, std::size_t most = 100'000) {
  std::size_t passed = 0;
  while (passed < most && bucket.take(now)) ++passed;
  return passed;
}

}  // namespace

TEST_CASE("a burst passes at once, then what the rate brings") {
  TokenBucket bucket(20, 40);
  CHECK(passing(bucket, at(1000)) == 40);
  CHECK(passing(bucket, at(1049)) == 0);
  CHECK(passing(bucket, at(1050)) == 1);
  CHECK(passing(bucket, at(1050)) == 0);
  CHECK(passing(bucket, at(2050)) == 20);
  CHECK(passing(bucket, at(1'000'000)) == 40);
}

TEST_CASE("no fraction of a rate is lost, however often it is asked") {
  for (const std::size_t rate : {1U, 3U, 7U, 999U, 1000U, 1001U, 4321U}) {
    CAPTURE(rate);
    TokenBucket bucket(rate, 10 * rate);
    std::size_t passed = 0;
    CHECK(passing(bucket, at(0)) == 10 * rate);
    for (int ms = 1; ms <= 10'000; ++ms) passed += passing(bucket, at(ms));
    CHECK(passed == 10 * rate);
  }
}

TEST_CASE("what is refused is not counted") {
  TokenBucket bucket(1, 1);
  CHECK(bucket.take(at(0)));
  for (int ms = 1; ms < 1000; ++ms) CHECK_FALSE(bucket.take(at(ms)));
  CHECK(bucket.take(at(1000)));
}

TEST_CASE("a rate of 0 lets all pass, and a burst of 0 is a second of the rate") {
  TokenBucket open, open_too(0, 5), second(7, 0);
  CHECK(passing(open, at(0)) == 100'000);
  CHECK(passing(open_too, at(0)) == 100'000);
  CHECK(open.full(at(0)));
  CHECK(passing(second, at(0)) == 7);
}

TEST_CASE("a bucket is full when it was not used, and again when all has come back") {
  TokenBucket bucket(20, 40);
  CHECK(bucket.full(at(0)));
  CHECK(passing(bucket, at(0), 3) == 3);
  CHECK_FALSE(bucket.full(at(149)));
  CHECK(bucket.full(at(150)));
}

TEST_CASE("the largest rates do not overflow, nor does the clock") {
  TokenBucket bucket(SIZE_MAX, SIZE_MAX);
  const std::int64_t before_wrap = (std::int64_t{1} << 32) - 1;
  CHECK(passing(bucket, at(before_wrap), 5'000'000) == TokenBucket::kMost);
  CHECK(passing(bucket, at(before_wrap + 1), 5'000'000) == TokenBucket::kMost / 1000);
  CHECK(passing(bucket, at(before_wrap + 10'000'000), 5'000'000) == TokenBucket::kMost);
}
