#include "server/overload.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <vector>

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using net::Duration;
using net::TimePoint;

namespace {

// A loop whose turns the test makes; its clock is read, and counts how often.
class ReadLoop final : public net::Loop {
 public:
  std::chrono::system_clock::time_point wall_clock() const override { return {}; }
  TimePoint clock() const override { return ++reads, time; }
  net::TimerWheel& timers() noexcept override { return timers_; }
  const net::TimerWheel& timers() const noexcept override { return timers_; }
  void post(Function<void()>) override {}
  void defer(Function<void()>) override {}
  void run() override {}
  void stop() override {}

  void begin() { turns_.begin(time); }
  void end() { turns_.end(time); }

  TimePoint time{Duration(1000)};
  mutable int reads = 0;

 private:
  net::TimerWheel timers_{TimePoint()};
};

// A server that runs a request in a millisecond and refuses fifty in one, with requests that come
// at a rate, whatever becomes of them. A turn takes all that has come when it begins.
class Counter {
 public:
  explicit Counter(const Settings::Overload& settings = {}) : overload(loop, settings) {}

  // So many come in each millisecond meanwhile.
  void serve(Duration time, int rate) {
    const TimePoint until = loop.time + time;
    while (loop.time < until) {
      come(rate);
      turn();
    }
  }
  void come(int rate) {
    for (; seen_ < loop.time; seen_ += 1ms)
      for (int i = 0; i < rate; ++i) waiting_.push_back(seen_);
  }
  void bring(int count) {
    waiting_.insert(waiting_.end(), static_cast<std::size_t>(count), loop.time);
  }
  void turn() {
    loop.begin();
    const std::size_t count = waiting_.size();
    for (std::size_t i = 0; i < count; ++i) {
      take(waiting_.front());
      waiting_.pop_front();
    }
    loop.end();
    if (count == 0) loop.time += 1ms;
  }
  // A handler that takes long.
  void block(Duration time) {
    loop.begin();
    overload.refuses();
    loop.time += time;
    loop.end();
  }
  Duration percentile(double share) {
    std::ranges::sort(ages);
    return ages[static_cast<std::size_t>(share * static_cast<double>(ages.size() - 1))];
  }

  ReadLoop loop;
  Overload overload;
  std::vector<Duration> ages;  // of what ran, when it had run
  int refused = 0;

 private:
  void take(TimePoint came) {
    if (overload.refuses()) {
      if (++refused % 50 == 0) loop.time += 1ms;
      return;
    }
    loop.time += 1ms;
    ages.push_back(loop.time - came);
  }

  std::deque<TimePoint> waiting_;
  TimePoint seen_ = loop.time;
};

// Two requests of which the later is looked at so long after the turn began.
bool refuses_after(Counter& counter, Duration time) {
  counter.loop.begin();
  counter.overload.refuses();
  counter.loop.time += time;
  bool refuses = false;
  for (std::uint32_t i = 0; i < Overload::kMostUnseen; ++i) refuses = counter.overload.refuses();
  counter.loop.end();
  return refuses;
}

}  // namespace

TEST_CASE("at three times what it can do, a server runs nearly as much as at its best, in time") {
  Counter counter;
  counter.serve(20s, 3);
  CHECK(counter.ages.size() > 20'000 * 0.9);
  CHECK(counter.percentile(0.99) <= 150ms);
  CHECK(counter.percentile(1) <= 250ms);
  CHECK(counter.refused > 35'000);
  counter.serve(200ms, 0);  // and as soon as less comes, all of it runs
  counter.refused = 0;
  for (int i = 0; i < 1000; ++i) counter.serve(1ms, i % 2);
  CHECK(counter.refused == 0);
}

TEST_CASE("without it, everything waits ever longer") {
  Counter counter({0ms, 500ms, 70ms});
  counter.serve(5s, 3);
  CHECK(counter.refused == 0);
  CHECK(counter.percentile(0.5) > 1s);
  CHECK(counter.loop.reads == 0);
}

TEST_CASE("what it can do it does, to the last request") {
  Counter counter;
  counter.serve(10s, 1);
  CHECK(counter.refused == 0);
}

TEST_CASE("half a second of being late is forgiven, when no turn is longer than the lag") {
  Counter counter({50ms, 500ms, 0ms});
  for (int i = 0; i < 8; ++i) CHECK_FALSE(refuses_after(counter, 60ms));  // late since the first
  CHECK_FALSE(refuses_after(counter, 59ms));
  CHECK(refuses_after(counter, 60ms));
  CHECK_FALSE(refuses_after(counter, 50ms));
  CHECK_FALSE(refuses_after(counter, 60ms));
  CHECK_FALSE(refuses_after(counter, 60ms));
}

TEST_CASE("behind a turn longer than the lag, the next one is cut at the delay") {
  Counter counter;
  CHECK_FALSE(refuses_after(counter, 70ms));
  CHECK_FALSE(refuses_after(counter, 71ms));
  CHECK_FALSE(refuses_after(counter, 50ms));  // which forgives
  CHECK_FALSE(refuses_after(counter, 71ms));
  CHECK(refuses_after(counter, 51ms));
}

TEST_CASE("one handler that blocks is not held against those who waited for it") {
  Counter counter;
  counter.block(2500ms);
  counter.bring(50);  // as much as it does in the delay
  counter.turn();
  CHECK(counter.refused == 0);
  CHECK(counter.ages.size() == 50);
}

TEST_CASE("a loop whose turns take no time is never late") {
  ReadLoop loop;
  Overload overload(loop, {});
  for (int i = 0; i < 1000; ++i, loop.time += 1ms) CHECK_FALSE(overload.refuses());
}

TEST_CASE("calls of other servers are refused at twice the delay") {
  for (const auto& [waited, calls_too] : {std::pair(100ms, false), std::pair(101ms, true)}) {
    Counter counter;
    counter.block(100ms);
    counter.loop.begin();
    counter.overload.refuses();
    counter.loop.time += waited;
    for (std::uint32_t i = 0; i < Overload::kMostUnseen; ++i) counter.overload.refuses();
    CHECK(counter.overload.refuses());
    CHECK(counter.overload.refuses_call() == calls_too);
  }
}

TEST_CASE("turns of few requests cost no look at the clock, long ones about one a millisecond") {
  Counter counter;
  for (int i = 0; i < 1000; ++i) {
    counter.loop.begin();
    for (int request = 0; request < 10; ++request) counter.overload.refuses();
    counter.loop.end();
  }
  CHECK(counter.loop.reads == 0);
  counter.loop.begin();
  constexpr int kRequests = 6400;  // a hundred in a millisecond
  for (int i = 1; i <= kRequests; ++i) {
    counter.overload.refuses();
    if (i % 100 == 0) counter.loop.time += 1ms;
  }
  CHECK(counter.loop.reads <= kRequests / 64);
  CHECK(counter.loop.reads >= kRequests / 100 / 2);
}
