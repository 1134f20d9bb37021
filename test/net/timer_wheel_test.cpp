#include "net/timer_wheel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

using namespace shaddock::net;

namespace {

TimePoint at(std::int64_t ms) { return TimePoint(Duration(ms)); }

// The same promises kept the slow way: all alarms in one list, searched anew for each.
class NaiveWheel {
 public:
  explicit NaiveWheel(TimePoint now) : now_(now) {}

  void start(int id, Duration after) {
    stop(id);
    alarms_.push_back({now_ + std::max(after, Duration(1)), ++count_, id});
  }
  void stop(int id) {
    std::erase_if(alarms_, [id](const Alarm& alarm) { return alarm.id == id; });
  }
  template <class Run>
  void advance(TimePoint now, Run run) {
    now_ = now;
    for (;;) {
      const auto first = std::min_element(alarms_.begin(), alarms_.end());
      if (first == alarms_.end() || first->deadline > now_) return;
      const int id = first->id;
      alarms_.erase(first);
      run(id);
    }
  }
  std::size_t active() const { return alarms_.size(); }
  TimePoint earliest() const { return std::min_element(alarms_.begin(), alarms_.end())->deadline; }

 private:
  struct Alarm {
    TimePoint deadline;
    int order;
    int id;
    bool operator<(const Alarm& other) const {
      return std::pair(deadline, order) < std::pair(other.deadline, other.order);
    }
  };

  TimePoint now_;
  int count_ = 0;
  std::vector<Alarm> alarms_;
};

// Runs both wheels through the same random life and writes down what each of them ran.
class Comparison {
 public:
  Comparison(std::uint64_t seed, std::int64_t start)
      : random_(seed), now_(start), wheel_(at(start)), naive_(at(start)) {
    for (int id = 0; id < kTimers; ++id) {
      timers_.push_back(std::make_unique<Timer>(wheel_, [this, id] {
        ran_.push_back(id);
        early_ += timers_[static_cast<std::size_t>(id)]->deadline() > wheel_.now();
        if (id % 7 == 0) timers_[static_cast<std::size_t>(id)]->start(again(id));
        if (id % 5 == 0) timers_[static_cast<std::size_t>(id) + 1]->stop();
      }));
    }
  }

  void step() {
    const auto id = static_cast<int>(random_() % kTimers);
    switch (random_() % 4) {
      case 0:
      case 1: {
        const Duration after = some_time();
        timers_[static_cast<std::size_t>(id)]->start(after);
        naive_.start(id, after);
        break;
      }
      case 2:
        timers_[static_cast<std::size_t>(id)]->stop();
        naive_.stop(id);
        break;
      default:
        advance();
    }
    REQUIRE(wheel_.active() == naive_.active());
    REQUIRE(wheel_.next_event().has_value() == (naive_.active() != 0));
    if (naive_.active() != 0) REQUIRE(*wheel_.next_event() <= naive_.earliest());
  }

 private:
  static constexpr int kTimers = 50;

  static Duration again(int id) { return Duration(id * 13 + 1); }

  Duration some_time() {
    const auto bits = static_cast<int>(random_() % 24);
    return Duration(static_cast<std::int64_t>(random_() % (std::uint64_t{1} << bits)));
  }

  void advance() {
    now_ += some_time().count();
    std::vector<int> expected;
    naive_.advance(at(now_), [&](int id) {
      expected.push_back(id);
      if (id % 7 == 0) naive_.start(id, again(id));
      if (id % 5 == 0) naive_.stop(id + 1);
    });
    ran_.clear();
    wheel_.advance(at(now_));
    REQUIRE(ran_ == expected);
    REQUIRE(early_ == 0);
  }

  std::mt19937_64 random_;
  std::int64_t now_;
  TimerWheel wheel_;
  NaiveWheel naive_;
  std::vector<std::unique_ptr<Timer>> timers_;
  std::vector<int> ran_;
  int early_ = 0;
};

}  // namespace

TEST_CASE("A wheel does what a sorted list does, whatever is started, stopped and passed") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Comparison comparison(seed,
                          seed % 2 == 0 ? 0 : static_cast<std::int64_t>(seed * 65'521'000'003));
    for (int i = 0; i < 400; ++i) comparison.step();
  }
}

TEST_CASE("A timer runs at its deadline and not a millisecond before") {
  for (const std::int64_t after : {1, 2, 255, 256, 257, 16383, 16384, 16385, 1 << 20, 1 << 30}) {
    CAPTURE(after);
    TimerWheel wheel(at(250));
    int runs = 0;
    Timer timer(wheel, [&] { ++runs; });
    timer.start(Duration(after));
    wheel.advance(at(250 + after - 1));
    CHECK(runs == 0);
    wheel.advance(at(250 + after));
    CHECK(runs == 1);
    CHECK_FALSE(timer.active());
  }
}

TEST_CASE("Going from event to event reaches every deadline in a few steps") {
  TimerWheel wheel(at(123));
  int runs = 0;
  Timer timer(wheel, [&] { ++runs; });
  timer.start(std::chrono::hours(24 * 365));
  int steps = 0;
  while (runs == 0) {
    REQUIRE(wheel.next_event().has_value());
    REQUIRE(*wheel.next_event() > wheel.now());
    wheel.advance(*wheel.next_event());
    ++steps;
  }
  CHECK(steps <= 7);
  CHECK(wheel.now() == timer.deadline());
  CHECK_FALSE(wheel.next_event().has_value());
}

TEST_CASE(
    "Timers of one millisecond run in the order in which they were started, from any distance") {
  TimerWheel wheel(at(0));
  std::vector<int> ran;
  Timer far(wheel, [&] { ran.push_back(1); });
  Timer near(wheel, [&] { ran.push_back(2); });
  Timer last(wheel, [&] { ran.push_back(3); });
  far.start(Duration(1000));
  wheel.advance(at(700));
  near.start(Duration(300));
  wheel.advance(at(990));
  last.start(Duration(10));
  wheel.advance(at(1000));
  CHECK(ran == std::vector{1, 2, 3});
}

TEST_CASE("A callback may destroy its own timer and those that are due with it") {
  TimerWheel wheel(at(0));
  int runs = 0;
  std::unique_ptr<Timer> first, second;
  const auto end_both = [&] {
    ++runs;
    first.reset();
    second.reset();
  };
  first = std::make_unique<Timer>(wheel, end_both);
  second = std::make_unique<Timer>(wheel, end_both);
  first->start(Duration(5));
  second->start(Duration(5));
  wheel.advance(at(5));
  CHECK(runs == 1);
  CHECK(wheel.active() == 0);
}

TEST_CASE("A timer started with nothing to wait runs in the next advance, not in the same one") {
  TimerWheel wheel(at(0));
  int runs = 0;
  std::unique_ptr<Timer> timer;
  timer = std::make_unique<Timer>(wheel, [&] {
    ++runs;
    timer->start(Duration(0));
  });
  timer->start(Duration(-5));
  wheel.advance(at(100));
  CHECK(runs == 1);
  wheel.advance(at(101));
  CHECK(runs == 2);
}

TEST_CASE("Telling the time runs nothing, and timers started then count from it") {
  TimerWheel wheel(at(0));
  std::vector<int> ran;
  Timer due(wheel, [&] { ran.push_back(1); });
  Timer later(wheel, [&] { ran.push_back(2); });
  due.start(Duration(10));
  wheel.update(at(300));
  CHECK(wheel.now() == at(300));
  CHECK(ran.empty());
  later.start(Duration(10));
  CHECK(later.deadline() == at(310));
  wheel.advance(at(305));
  CHECK(ran == std::vector{1});
  wheel.advance(at(310));
  CHECK(ran == std::vector{1, 2});
}

TEST_CASE("Time never goes back") {
  TimerWheel wheel(at(100));
  wheel.advance(at(50));
  wheel.update(at(60));
  CHECK(wheel.now() == at(100));
}

TEST_CASE("an alarm runs a function of its owner, who may end it") {
  struct Owner {
    void on_time() {
      ++times;
      if (times == 1) alarm->start(Duration(5));
      if (times == 2) alarm.reset();
    }
    explicit Owner(TimerWheel& wheel)
        : alarm(std::make_unique<OwnersAlarm<Owner, &Owner::on_time>>(wheel, *this)) {}
    int times = 0;
    std::unique_ptr<OwnersAlarm<Owner, &Owner::on_time>> alarm;
  };
  TimerWheel wheel(at(0));
  Owner owner(wheel);
  owner.alarm->start(Duration(10));
  wheel.advance(at(9));
  CHECK(owner.times == 0);
  wheel.advance(at(10));
  CHECK(owner.times == 1);
  CHECK(owner.alarm->deadline() == at(15));
  wheel.advance(at(15));
  CHECK(owner.times == 2);
  CHECK(owner.alarm == nullptr);
  CHECK(wheel.active() == 0);
}
