#include "admin/restart_policy.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

using net::Duration;

// 20 of 41 is the middle: no variation.
constexpr std::uint64_t kMiddle = 20;

TEST_CASE("delays begin at nothing and double") {
  RestartPolicy policy;
  net::TimePoint now{Duration(100000)};
  for (const int expected : {0, 100, 200, 400}) {
    policy.started(now);
    const auto plan = policy.ended(now, kMiddle);
    CHECK(plan.delay == Duration(expected));
    CHECK_FALSE(plan.failed);
    now += plan.delay;
  }
}

TEST_CASE("five ends within 10 s give a server up, then it is tried every 30 s") {
  RestartPolicy policy;
  net::TimePoint now{Duration(100000)};
  for (int i = 0; i < 4; ++i) {
    policy.started(now);
    CHECK_FALSE(policy.ended(now, kMiddle).failed);
  }
  for (int i = 0; i < 3; ++i) {
    policy.started(now);
    const auto plan = policy.ended(now + Duration(500), kMiddle);
    CHECK(plan.failed);
    CHECK(plan.delay == Duration(30000));
    now += Duration(500) + plan.delay;
  }
}

TEST_CASE("slow failures wait longer and longer, up to 5 s, and are not given up") {
  RestartPolicy policy;
  net::TimePoint now{Duration(100000)};
  Duration last{0};
  for (int i = 0; i < 12; ++i) {
    policy.started(now);
    now += Duration(3000);
    const auto plan = policy.ended(now, kMiddle);
    CHECK_FALSE(plan.failed);
    CHECK(plan.delay >= last);
    last = plan.delay;
    now += plan.delay;
  }
  CHECK(last == Duration(5000));
}

TEST_CASE("a life of 10 s forgives, also a server that was given up") {
  RestartPolicy policy;
  net::TimePoint now{Duration(100000)};
  for (int i = 0; i < 5; ++i) {
    policy.started(now);
    policy.ended(now, kMiddle);
  }
  CHECK(policy.failed());
  policy.started(now);
  const auto plan = policy.ended(now + Duration(10000), kMiddle);
  CHECK_FALSE(plan.failed);
  CHECK(plan.delay == Duration(0));
}

TEST_CASE("who has served and then ended cleanly comes back at once, however often") {
  RestartPolicy policy;
  net::TimePoint now{Duration(100000)};
  for (int i = 0; i < 12; ++i) {
    policy.started(now);
    now += RestartPolicy::kServed;
    const auto plan = policy.ended(now, kMiddle, true);
    CHECK(plan.delay == Duration(0));
    CHECK_FALSE(plan.failed);
  }
  policy.started(now);
  CHECK(policy.ended(now + Duration(500), kMiddle).delay == Duration(0));  // the first failure
}

TEST_CASE("who ends cleanly at once, again and again, is given up like any other") {
  RestartPolicy policy;
  net::TimePoint now{Duration(100000)};
  bool failed = false;
  for (int i = 0; i < 5; ++i) {
    policy.started(now);
    failed = policy.ended(now + Duration(10), kMiddle, true).failed;
  }
  CHECK(failed);
}

TEST_CASE("delays vary by a fifth") {
  for (const auto& [chance, expected] : {std::pair{0u, 80}, {20u, 100}, {40u, 120}, {41u, 80}}) {
    RestartPolicy policy;
    const net::TimePoint now{Duration(100000)};
    policy.started(now);
    policy.ended(now, chance);
    policy.started(now);
    CHECK(policy.ended(now, chance).delay == Duration(expected));
  }
}

}  // namespace
}  // namespace shaddock::admin
