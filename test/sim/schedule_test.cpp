#include "sim/schedule.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace shaddock;
using namespace shaddock::sim;
using namespace std::chrono_literals;

namespace {

struct Diary {
  Schedule schedule;
  std::string text;
  void plan(Instant when, std::string word) {
    schedule.at(when, [this, word = std::move(word)] { text += word; });
  }
  void run(Instant limit) {
    while (schedule.step(limit)) {
    }
  }
};

struct Mailbox final : Receiver {
  void deliver(Function<void()> work) override { received.push_back(std::move(work)); }
  std::vector<Function<void()>> received;
};

}  // namespace

TEST_CASE("events happen in the order of their instants") {
  Diary diary;
  diary.plan(30us, "c");
  diary.plan(10us, "a");
  diary.plan(20us, "b");
  diary.run(1ms);
  CHECK(diary.text == "abc");
  CHECK(diary.schedule.steps() == 3);
}

TEST_CASE("events of one instant happen in the order in which they were planned") {
  Diary diary;
  std::string expected;
  for (char word = 'a'; word <= 'z'; ++word) {
    diary.plan(10us, std::string(1, word));
    expected += word;
  }
  diary.run(1ms);
  CHECK(diary.text == expected);
}

TEST_CASE("the clock stands at each event, and at the limit when nothing is left before it") {
  Schedule schedule;
  Instant seen{};
  schedule.at(1500us, [&] { seen = schedule.now(); });
  CHECK(schedule.step(10ms));
  CHECK(seen == 1500us);
  CHECK(schedule.time() == Schedule::kBeginning + 1ms);
  CHECK(!schedule.step(10ms));
  CHECK(schedule.now() == 10ms);
  CHECK(schedule.time() == Schedule::kBeginning + 10ms);
  CHECK(Schedule::instant(schedule.time()) == 10ms);
}

TEST_CASE("an event exactly at the limit happens, one behind it waits") {
  Diary diary;
  diary.plan(10us, "at");
  diary.plan(11us, "behind");
  diary.run(10us);
  CHECK(diary.text == "at");
  diary.run(11us);
  CHECK(diary.text == "atbehind");
}

TEST_CASE("what is planned for the past happens now, behind what was planned before it") {
  Diary diary;
  diary.plan(10us, "a");
  diary.plan(20us, "c");
  diary.schedule.step(10us);
  diary.plan(20us, "d");
  diary.plan(5us, "b");
  diary.run(10us);
  CHECK(diary.text == "ab");
  CHECK(diary.schedule.now() == 10us);
  diary.run(1ms);
  CHECK(diary.text == "abcd");
}

TEST_CASE("an event may plan others, also for its own instant") {
  Diary diary;
  diary.schedule.at(5us, [&] {
    diary.plan(5us, "now");
    diary.schedule.after(5us, [&] { diary.text += "later"; });
  });
  diary.run(5us);
  CHECK(diary.text == "now");
  diary.run(10us);
  CHECK(diary.text == "nowlater");
}

TEST_CASE("an event for somebody is handed over and not run") {
  Schedule schedule;
  Mailbox box;
  int runs = 0;
  schedule.at(5us, box, [&] { ++runs; });
  CHECK(schedule.step(1ms));
  REQUIRE(box.received.size() == 1);
  CHECK(runs == 0);
  box.received.front()();
  CHECK(runs == 1);
}

TEST_CASE("many events, planned out of order, come in order") {
  Diary diary;
  std::vector<Instant> seen;
  for (int i = 0; i < 1000; ++i) {
    const Instant when{i * 7919 % 1000};
    diary.schedule.at(when, [&] { seen.push_back(diary.schedule.now()); });
  }
  diary.run(1s);
  REQUIRE(seen.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(seen[static_cast<std::size_t>(i)] == Instant(i));
}

TEST_CASE("an event is destroyed when it has happened, and all are when they are forgotten") {
  Schedule schedule;
  const auto first = std::make_shared<int>(1), second = std::make_shared<int>(2);
  schedule.at(1us, [first] { CHECK(first.use_count() == 2); });
  schedule.at(2us, [second] { FAIL("forgotten"); });
  schedule.step(1us);
  CHECK(first.use_count() == 1);
  CHECK(second.use_count() == 2);
  schedule.clear();
  CHECK(second.use_count() == 1);
  CHECK(!schedule.step(1s));
}

TEST_CASE("what is planned while others are forgotten is forgotten too") {
  struct Last {
    explicit Last(Schedule& schedule) : schedule(schedule) {}
    ~Last() {
      schedule.at(1us, [] { FAIL("forgotten"); });
    }
    Schedule& schedule;
  };
  Schedule schedule;
  schedule.at(1us, [last = std::make_unique<Last>(schedule)] { FAIL("forgotten"); });
  schedule.clear();
  CHECK(!schedule.step(1s));
}
