#include "sim/process.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace shaddock;
using namespace shaddock::sim;
using namespace std::chrono_literals;

namespace {

struct Alone {
  Schedule schedule;
  TraceHash trace;
  Process process{schedule, "10.0.0.1", {1000, 1}, 1, &trace};
  std::string text;

  void say_at(Instant when, std::string word) {
    process.deliver_at(when, [this, word = std::move(word)] { text += word; });
  }
  void run_to(Instant end) {
    while (schedule.step(end)) {
    }
  }
};

}  // namespace

TEST_CASE("a process knows who it is") {
  Alone alone;
  CHECK(alone.process.machine() == "10.0.0.1");
  CHECK(alone.process.id() == net::ProcessId{1000, 1});
  CHECK(alone.process.state() == Process::State::running);
  CHECK(!alone.process.dead());
}

TEST_CASE("what is delivered runs as a turn of the loop") {
  Alone alone;
  bool in_turn = false;
  alone.process.deliver_at(5us, [&] { in_turn = alone.process.loop().in_turn(); });
  alone.run_to(1ms);
  CHECK(in_turn);
  CHECK(!alone.process.loop().in_turn());
}

TEST_CASE("each turn counts in the trace hash") {
  Alone alone;
  const auto before = alone.trace.value();
  alone.process.deliver_at(5us, [] {});
  CHECK(alone.trace.value() == before);
  alone.run_to(1ms);
  CHECK(alone.trace.value() != before);
}

TEST_CASE("what comes to a frozen process waits, and comes in order when it is thawed") {
  Alone alone;
  alone.say_at(1ms, "a");
  alone.say_at(2ms, "b");
  alone.say_at(3ms, "c");
  alone.run_to(1ms);
  alone.process.freeze();
  CHECK(alone.process.state() == Process::State::frozen);
  alone.run_to(10ms);
  CHECK(alone.text == "a");
  alone.process.thaw();
  CHECK(alone.text == "a");
  alone.run_to(10ms);
  CHECK(alone.text == "abc");
}

TEST_CASE("what has waited comes before what comes at the same instant") {
  Alone alone;
  alone.process.freeze();
  alone.say_at(1ms, "a");
  alone.say_at(2ms, "b");
  alone.say_at(3ms, "c");
  alone.schedule.step(2ms);
  alone.schedule.step(2ms);
  alone.say_at(2ms, "x");
  alone.process.thaw();
  alone.say_at(2ms, "y");
  alone.run_to(2ms);
  CHECK(alone.text == "abxy");
  alone.run_to(3ms);
  CHECK(alone.text == "abxyc");
}

TEST_CASE("a process that is frozen again while it catches up goes on where it was") {
  Alone alone;
  alone.process.freeze();
  for (const char* word : {"a", "b", "c"}) alone.say_at(1ms, word);
  alone.run_to(1ms);
  alone.process.thaw();
  alone.schedule.step(1ms);
  CHECK(alone.text == "a");
  alone.process.freeze();
  alone.run_to(5ms);
  CHECK(alone.text == "a");
  alone.process.thaw();
  alone.process.freeze();
  alone.process.thaw();
  const auto steps = alone.schedule.steps();
  alone.run_to(5ms);
  CHECK(alone.text == "abc");
  CHECK(alone.schedule.steps() == steps + 2);
}

TEST_CASE("a timer of a frozen process comes when it is thawed, once") {
  Alone alone;
  int runs = 0;
  net::Timer timer(alone.process.loop().timers(), [&] { ++runs; });
  alone.process.deliver_at(0us, [&] { timer.start(5ms); });
  alone.run_to(1ms);
  alone.process.freeze();
  alone.run_to(1s);
  CHECK(runs == 0);
  alone.process.thaw();
  alone.run_to(1s);
  CHECK(runs == 1);
  CHECK(alone.process.loop().now() == Schedule::kBeginning + 1s);
}

TEST_CASE("to thaw what runs, or to freeze what is frozen or dead, does nothing") {
  Alone alone;
  alone.process.thaw();
  alone.process.freeze();
  alone.process.freeze();
  alone.process.thaw();
  alone.say_at(1ms, "a");
  alone.run_to(1ms);
  CHECK(alone.text == "a");
  alone.process.die();
  alone.process.freeze();
  CHECK(alone.process.dead());
  alone.process.thaw();
  CHECK(alone.process.dead());
}

TEST_CASE("a dead process drops what waits, what is on its way and what comes") {
  Alone alone;
  const auto held = std::make_shared<int>(0);
  const auto deliver = [&](Instant when) {
    alone.process.deliver_at(when, [held] { FAIL("dead"); });
  };
  deliver(1ms);
  deliver(5ms);
  alone.process.freeze();
  alone.run_to(2ms);
  alone.process.die();
  CHECK(held.use_count() == 2);
  deliver(6ms);
  alone.run_to(1s);
  CHECK(held.use_count() == 1);
}

TEST_CASE("a process may die while it catches up") {
  Alone alone;
  alone.process.freeze();
  alone.say_at(1ms, "a");
  alone.say_at(1ms, "b");
  alone.run_to(1ms);
  alone.process.thaw();
  alone.schedule.step(1ms);
  alone.process.die();
  alone.run_to(1s);
  CHECK(alone.text == "a");
}

TEST_CASE("processes of the same seed draw the same numbers, whatever others do") {
  Schedule schedule;
  Process one(schedule, "a", {1000, 1}, 7), other(schedule, "b", {1001, 1}, 8),
      same(schedule, "c", {1002, 1}, 7);
  other.random().next();
  CHECK(one.random().next() == same.random().next());
  CHECK(one.random().next() != other.random().next());
}
