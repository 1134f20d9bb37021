#include "sim/sim_loop.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/process.h"

using namespace shaddock;
using namespace shaddock::sim;
using namespace std::chrono_literals;

namespace {

// One process and its world's clock.
struct Alone {
  Schedule schedule;
  Process process{schedule, "10.0.0.1", {1000, 1}, 1};
  SimLoop& loop = process.loop();
  std::string text;

  void run_for(Instant time) {
    const Instant end = schedule.now() + time;
    loop.refresh();
    while (schedule.step(end)) {
    }
    loop.refresh();
  }
  void turn(Function<void()> work) { process.deliver_at(schedule.now(), std::move(work)); }
  Function<void()> says(std::string word) {
    return [this, word = std::move(word)] { text += word; };
  }
};

}  // namespace

TEST_CASE("a timer runs at its millisecond, and the loop's clock says so") {
  Alone alone;
  std::vector<Instant> seen;
  net::TimePoint told{};
  net::Timer timer(alone.loop.timers(), [&] {
    seen.push_back(alone.schedule.now());
    told = alone.loop.now();
  });
  alone.turn([&] { timer.start(1234ms); });
  alone.run_for(10s);
  CHECK(seen == std::vector<Instant>{1234ms});
  CHECK(told == Schedule::kBeginning + 1234ms);
}

TEST_CASE("timers of many lengths come in order, each on time") {
  Alone alone;
  std::vector<std::unique_ptr<net::Timer>> timers;
  std::vector<Instant> seen;
  alone.turn([&] {
    for (int i = 0; i < 200; ++i) {
      const int length = i * 7919 % 200 * 97 + 1;
      timers.push_back(std::make_unique<net::Timer>(
          alone.loop.timers(), [&, length] { seen.push_back(Instant(length * 1000)); }));
      timers.back()->start(net::Duration(length));
    }
  });
  alone.run_for(60s);
  REQUIRE(seen.size() == 200);
  for (int i = 0; i < 200; ++i)
    CHECK(seen[static_cast<std::size_t>(i)] == Instant((i * 97 + 1) * 1000));
}

TEST_CASE("a short timer that is started again and again leaves no events behind a long one") {
  Alone alone;
  net::Timer far(alone.loop.timers(), [] {});
  int ticks = 0;
  net::Timer tick(alone.loop.timers(), [&] {
    if (++ticks < 1000) tick.start(10ms);
  });
  alone.turn([&] {
    far.start(11s);
    tick.start(10ms);
  });
  alone.run_for(20s);
  CHECK(ticks == 1000);
  // One turn each, and one for each block of the wheel that is entered.
  CHECK(alone.schedule.steps() < 1100);
}

TEST_CASE("a timer that is moved on by every turn has one event planned, not one for each") {
  Alone alone;
  int runs = 0;
  net::Timer limit(alone.loop.timers(), [&] { ++runs; });
  for (int i = 0; i < 1000; ++i)
    alone.process.deliver_at(Instant(i * 1000), [&] { limit.start(100ms); });
  alone.run_for(5s);
  CHECK(runs == 1);
  CHECK(alone.schedule.steps() < 1030);
}

TEST_CASE("a timer that was stopped leaves a harmless event") {
  Alone alone;
  net::Timer never(alone.loop.timers(), [] { FAIL("it was stopped"); });
  net::Timer later(alone.loop.timers(), alone.says("later"));
  alone.turn([&] {
    never.start(5ms);
    never.stop();
    later.start(9ms);
  });
  alone.turn([&] { never.start(7ms); });
  alone.turn([&] { never.stop(); });
  alone.run_for(1s);
  CHECK(alone.text == "later");
}

TEST_CASE("the time of a turn is that of its event, and stands still in it") {
  Alone alone;
  std::vector<net::TimePoint> seen;
  alone.process.deliver_at(2500us, [&] { seen.push_back(alone.loop.now()); });
  alone.process.deliver_at(7ms, [&] { seen.push_back(alone.loop.now()); });
  alone.run_for(7ms);
  CHECK(seen ==
        std::vector<net::TimePoint>{Schedule::kBeginning + 2ms, Schedule::kBeginning + 7ms});
  const auto day = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  CHECK(alone.loop.wall_clock() == day + 7ms);
}

TEST_CASE("deferred work runs at the end of the turn, and may defer more") {
  Alone alone;
  alone.turn([&] {
    alone.loop.defer([&] {
      alone.text += "b";
      alone.loop.defer(alone.says("d"));
    });
    alone.loop.defer(alone.says("c"));
    alone.text += "a";
  });
  CHECK(alone.schedule.step(0us));
  CHECK(alone.text == "abcd");
}

TEST_CASE("deferred work of a timer's turn runs in that turn") {
  Alone alone;
  net::Timer first(alone.loop.timers(), [&] {
    alone.text += "a";
    alone.loop.defer(alone.says("c"));
  });
  net::Timer second(alone.loop.timers(), alone.says("b"));
  alone.turn([&] {
    first.start(3ms);
    second.start(3ms);
  });
  alone.run_for(3ms);
  CHECK(alone.text == "abc");
}

TEST_CASE("posted work comes on a later turn, in order, and what it posts later still") {
  Alone alone;
  alone.turn([&] {
    alone.loop.post([&] {
      alone.text += "b";
      alone.loop.post(alone.says("d"));
    });
    alone.loop.post(alone.says("c"));
    alone.text += "a";
  });
  alone.schedule.step(0us);
  CHECK(alone.text == "a");
  alone.run_for(SimLoop::kPostDelay);
  CHECK(alone.text == "abc");
  alone.run_for(SimLoop::kPostDelay);
  CHECK(alone.text == "abcd");
}

TEST_CASE("what a test defers or posts between turns runs too") {
  Alone alone;
  alone.loop.defer(alone.says("a"));
  alone.loop.defer(alone.says("b"));
  alone.loop.post(alone.says("c"));
  CHECK(alone.text.empty());
  alone.run_for(1ms);
  CHECK(alone.text == "abc");
  alone.loop.defer(alone.says("d"));
  alone.run_for(1ms);
  CHECK(alone.text == "abcd");
}

TEST_CASE("a timer that a test starts between turns counts from then") {
  Alone alone;
  alone.run_for(10s);
  CHECK(alone.loop.now() == Schedule::kBeginning + 10s);
  std::vector<Instant> seen;
  net::Timer timer(alone.loop.timers(), [&] { seen.push_back(alone.schedule.now()); });
  timer.start(5ms);
  alone.run_for(1s);
  CHECK(seen == std::vector<Instant>{10s + 5ms});
}

TEST_CASE("a dead loop drops what it has and takes no more") {
  Alone alone;
  const auto held = std::make_shared<int>(0);
  net::Timer timer(alone.loop.timers(), [] { FAIL("dead"); });
  alone.turn([&] {
    alone.loop.post([held] { FAIL("dead"); });
    timer.start(1ms);
  });
  alone.schedule.step(0us);
  alone.loop.defer([held] { FAIL("dead"); });
  CHECK(held.use_count() == 3);
  alone.process.die();
  CHECK(held.use_count() == 1);
  alone.loop.post([held] { FAIL("dead"); });
  alone.loop.defer([held] { FAIL("dead"); });
  CHECK(held.use_count() == 1);
  timer.start(2ms);
  while (alone.schedule.step(1s)) {
  }
}
