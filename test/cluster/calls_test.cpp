#include "cluster/calls.h"

#include <doctest/doctest.h>

#include <shaddock/error.h>

#include <functional>
#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

namespace {

struct Ended {
  std::uint64_t tag;
  int status;
  std::string body;
  bool from_peer;
};

// Writes down each end and may do something on it.
struct Waiter final : CallOwner {
  void on_call_end(CallTag tag, const CallEnd& end) noexcept override {
    ends.push_back({tag.a, end.status, std::string(end.body), end.from_peer});
    if (then) then();
  }
  std::vector<Ended> ends;
  std::function<void()> then;
};

constexpr CallEnd kAnswer{code::kOk, "yes", true};

struct Fixture {
  net::TimePoint start{};
  net::TimerWheel timers{start};
  Waiter waiter;
  Calls calls{timers};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an answer ends the call it belongs to, once") {
  const CallId first = calls.open(waiter, {1, 0}, 5s), second = calls.open(waiter, {2, 0}, 5s);
  CHECK(first != 0);
  CHECK(first != second);
  CHECK(calls.pending() == 2);
  CHECK(calls.end(second, kAnswer));
  REQUIRE(waiter.ends.size() == 1);
  CHECK(waiter.ends[0].tag == 2);
  CHECK(waiter.ends[0].status == code::kOk);
  CHECK(waiter.ends[0].body == "yes");
  CHECK(waiter.ends[0].from_peer);
  CHECK(!calls.end(second, kAnswer));
  CHECK(calls.pending() == 1);
  calls.end(first, kAnswer);
}

TEST_CASE_FIXTURE(Fixture,
                  "a call ends with 504 at its deadline and the late answer finds nobody") {
  const CallId id = calls.open(waiter, {1, 0}, 100ms);
  timers.advance(start + 99ms);
  CHECK(waiter.ends.empty());
  timers.advance(start + 101ms);
  REQUIRE(waiter.ends.size() == 1);
  CHECK(waiter.ends[0].status == code::kTimeout);
  CHECK(!waiter.ends[0].from_peer);
  CHECK(!calls.end(id, kAnswer));
  CHECK(waiter.ends.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "the late answer does not end the next call in the same slot") {
  const CallId old = calls.open(waiter, {1, 0}, 10ms);
  timers.advance(start + 20ms);
  const CallId next = calls.open(waiter, {2, 0}, 10s);
  CHECK(old != next);
  CHECK(!calls.end(old, kAnswer));
  CHECK(calls.pending() == 1);
  CHECK(calls.end(next, kAnswer));
  CHECK(waiter.ends.back().tag == 2);
}

TEST_CASE_FIXTURE(Fixture, "an answered call has no deadline any more") {
  calls.end(calls.open(waiter, {1, 0}, 10ms), kAnswer);
  timers.advance(start + 1s);
  CHECK(waiter.ends.size() == 1);
  CHECK(timers.active() == 0);
}

TEST_CASE_FIXTURE(Fixture, "each call has its own deadline, whatever the order they were made in") {
  for (const std::uint64_t ms : {50, 10, 30, 20, 40, 10})
    calls.open(waiter, {ms, 0}, std::chrono::milliseconds(ms));
  for (int ms = 1; ms <= 60; ++ms) {
    const std::size_t before = waiter.ends.size();
    timers.advance(start + std::chrono::milliseconds(ms));
    for (std::size_t i = before; i < waiter.ends.size(); ++i)
      CHECK(waiter.ends[i].tag == static_cast<std::uint64_t>(ms));
  }
  CHECK(waiter.ends.size() == 6);
  CHECK(timers.active() == 0);
}

TEST_CASE_FIXTURE(Fixture, "calls that are late together end in the order of their deadlines") {
  for (const std::uint64_t ms : {50, 10, 30, 20, 40})
    calls.open(waiter, {ms, 0}, std::chrono::milliseconds(ms));
  timers.advance(start + 1s);
  REQUIRE(waiter.ends.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(waiter.ends[i].tag == 10 * (i + 1));
}

TEST_CASE("of calls that are late, those with a fair limit and of this era are told of") {
  net::TimerWheel timers{net::TimePoint{}};
  Waiter waiter;
  std::vector<std::uint64_t> told;
  Calls calls(timers, [&](CallTag tag) { told.push_back(tag.a); });
  calls.open(waiter, {1, 0}, 2s);
  calls.start_era();
  calls.open(waiter, {2, 0}, 999ms);
  calls.open(waiter, {3, 0}, 1s);
  calls.end(calls.open(waiter, {4, 0}, 1s), kAnswer);
  timers.advance(net::TimePoint{} + 3s);
  CHECK(waiter.ends.size() == 4);
  CHECK(told == std::vector<std::uint64_t>{3});
}

TEST_CASE_FIXTURE(Fixture, "a call made while others are answered is not late because of them") {
  const CallId first = calls.open(waiter, {1, 0}, 100ms);
  timers.advance(start + 90ms);
  calls.open(waiter, {2, 0}, 100ms);
  calls.end(first, kAnswer);
  timers.advance(start + 189ms);
  CHECK(waiter.ends.size() == 1);
  timers.advance(start + 191ms);
  CHECK(waiter.ends.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "ids that were never given find nobody") {
  const CallId id = calls.open(waiter, {1, 0}, 5s);
  for (const CallId wrong : {CallId{0}, CallId{1}, id + 1, id + (CallId{1} << 32), ~CallId{0}})
    CHECK(!calls.end(wrong, kAnswer));
  CHECK(calls.end(id, kAnswer));
}

TEST_CASE_FIXTURE(Fixture, "ending a call may open new ones, in its slot and beyond") {
  waiter.then = [&] {
    if (waiter.ends.size() < 100) {
      calls.open(waiter, {waiter.ends.size(), 0}, 10ms);
      calls.open(waiter, {waiter.ends.size(), 1}, 10ms);
    }
  };
  calls.open(waiter, {0, 0}, 10ms);
  for (int ms = 0; ms <= 20'000; ms += 10) timers.advance(start + std::chrono::milliseconds(ms));
  CHECK(calls.pending() == 0);
  CHECK(waiter.ends.size() == 199);
}

TEST_CASE_FIXTURE(
    Fixture,
    "when the link is lost each waiting call ends once, and calls opened meanwhile live on") {
  for (std::uint64_t i = 0; i < 10; ++i) calls.open(waiter, {i, 0}, 5s);
  calls.end(calls.open(waiter, {10, 0}, 5s), kAnswer);
  bool opened = false;
  waiter.then = [&] {
    if (!opened) calls.open(waiter, {99, 0}, 5s);
    opened = true;
  };
  calls.fail_all(code::kServerLost);
  CHECK(waiter.ends.size() == 11);
  for (std::size_t i = 1; i < waiter.ends.size(); ++i) {
    CHECK(waiter.ends[i].tag == i - 1);
    CHECK(waiter.ends[i].status == code::kServerLost);
  }
  CHECK(calls.pending() == 1);
  waiter.then = nullptr;
}

TEST_CASE_FIXTURE(Fixture, "a call ended by the end of another is not ended again") {
  calls.open(waiter, {1, 0}, 5s);
  const CallId second = calls.open(waiter, {2, 0}, 5s);
  waiter.then = [&] { calls.end(second, kAnswer); };
  calls.fail_all(code::kServerLost);
  REQUIRE(waiter.ends.size() == 2);
  CHECK(waiter.ends[1].status == code::kOk);
  waiter.then = nullptr;
}

TEST_CASE_FIXTURE(Fixture, "a call that was taken back ends without a word") {
  const CallId id = calls.open(waiter, {1, 0}, 10ms);
  calls.take_back(id);
  calls.take_back(id);
  timers.advance(start + 1s);
  CHECK(calls.pending() == 0);
  CHECK(waiter.ends.empty());
}

TEST_CASE("what waits when the calls are destroyed ends with 522, even what is opened by that") {
  net::TimerWheel timers{net::TimePoint{}};
  Waiter waiter;
  {
    Calls calls(timers);
    calls.open(waiter, {1, 0}, 5s);
    waiter.then = [&] {
      if (waiter.ends.size() == 1) calls.open(waiter, {2, 0}, 5s);
    };
  }
  REQUIRE(waiter.ends.size() == 2);
  CHECK(waiter.ends[0].status == code::kServerLost);
  CHECK(waiter.ends[1].status == code::kServerLost);
  CHECK(timers.active() == 0);
}
