#include "net/uv_fine_timer.h"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

#include "net/loopback.h"

using namespace shaddock::net;
using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

TEST_CASE("A fine timer comes at its time and not before, and can be set again by its callback") {
  UvHost world;
  std::vector<Clock::time_point> wanted, came;
  std::unique_ptr<FineTimer> timer;
  const auto set = [&](Clock::time_point when) {
    wanted.push_back(when);
    timer->start_at(when);
  };
  timer = world.fine_timer([&] {
    came.push_back(Clock::now());
    if (came.size() == 20) return world.host().loop.stop();
    set(came.back() + microseconds(150));
  });
  set(Clock::now() + microseconds(150));
  world.host().loop.run();
  REQUIRE(came.size() == wanted.size());
  for (std::size_t i = 0; i < came.size(); ++i) CHECK(came[i] >= wanted[i]);
}

TEST_CASE("A time that has passed means at once") {
  UvHost world;
  int ran = 0;
  const auto timer = world.fine_timer([&] {
    ++ran;
    world.host().loop.stop();
  });
  timer->start_at(Clock::time_point());
  world.host().loop.run();
  CHECK(ran == 1);
}

TEST_CASE("A fine timer that was stopped, moved or destroyed does not come at its old time") {
  UvHost world;
  int stopped = 0, moved = 0, destroyed = 0;
  const auto first = world.fine_timer([&] { ++stopped; });
  const auto second = world.fine_timer([&] { ++moved; });
  auto third = world.fine_timer([&] { ++destroyed; });
  for (auto* timer : {first.get(), second.get(), third.get()}) timer->start_at(Clock::now());
  first->stop();
  second->start_at(Clock::now() + std::chrono::hours(1));
  third.reset();
  Timer end(world.host().loop.timers(), [&] { world.host().loop.stop(); });
  end.start(Duration(3));
  world.host().loop.run();
  CHECK(stopped + moved + destroyed == 0);
}
