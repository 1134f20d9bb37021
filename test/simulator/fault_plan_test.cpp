#include "fault_plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "game.h"

using namespace shaddock;
using namespace shaddock::simulator;

namespace {

constexpr sim::Instant kTime{20'000'000};

std::string text_of(const Plan& plan) {
  std::string text;
  for (const Fault& fault : plan) text += to_string(fault) + '\n';
  return text;
}

}  // namespace

TEST_CASE("a seed makes one plan, another seed another") {
  CHECK(text_of(make_plan(7, kTime)) == text_of(make_plan(7, kTime)));
  CHECK(text_of(make_plan(7, kTime)) != text_of(make_plan(8, kTime)));
}

TEST_CASE("plans are in order of time, and every kind of fault occurs, and none at all") {
  std::set<Fault::Kind> kinds;
  bool calm = false;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Plan plan = make_plan(seed, kTime);
    calm = calm || plan.empty();
    CHECK(std::is_sorted(plan.begin(), plan.end(),
                         [](const Fault& a, const Fault& b) { return a.at < b.at; }));
    for (const Fault& fault : plan) kinds.insert(fault.kind);
  }
  CHECK(calm);
  CHECK(kinds.size() == 9);
}

TEST_CASE(
    "some faults are between a machine and all others, either way, and some paths are narrow") {
  int to_all = 0, from_all = 0, narrow = 0, wide = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    for (const Fault& fault : make_plan(seed, kTime)) {
      to_all += fault.other == "*";
      from_all += fault.one == "*";
      CHECK_FALSE((fault.one == "*" && fault.other == "*"));
      if (fault.kind == Fault::Kind::slow) ++(fault.path.buffer < 4096 ? narrow : wide);
    }
  CHECK(to_all > 0);
  CHECK(from_all > 0);
  CHECK(narrow > wide);
  CHECK(wide > 0);
}

TEST_CASE("some who are told to stop are killed a moment later") {
  int impatient = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Plan plan = make_plan(seed, kTime);
    for (const Fault& stop : plan)
      for (const Fault& kill : plan)
        impatient += stop.kind == Fault::Kind::stop && kill.kind == Fault::Kind::kill &&
                     stop.one == kill.one && kill.at > stop.at &&
                     kill.at - stop.at <= sim::Instant(2'500'000);
  }
  CHECK(impatient > 10);
}

TEST_CASE("the master never ends, and no server so often that it is given up") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::map<std::string, int> ends;
    for (const Fault& fault : make_plan(seed, kTime))
      if (fault.kind == Fault::Kind::kill || fault.kind == Fault::Kind::stop) ++ends[fault.one];
    for (const auto& [node, times] : ends) {
      CHECK(find_server(node) != nullptr);
      CHECK(times < 5);
    }
  }
}

TEST_CASE("faults of the network are between two nodes") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    for (const Fault& fault : make_plan(seed, kTime))
      if (!fault.other.empty()) CHECK(machine_of(fault.one) != machine_of(fault.other));
}

TEST_CASE("how long an answer may take depends on the faults") {
  Fault kill{Fault::Kind::kill, {}, {}, "chat-1", {}};
  Fault stop{Fault::Kind::stop, {}, {}, "chat-1", {}};
  Fault lonely_chat{Fault::Kind::cut, {}, sim::Instant(1), "*", "chat-1"};
  Fault lonely_connector{Fault::Kind::one_way, {}, sim::Instant(1), "*", "connector-1"};
  Fault cut{Fault::Kind::cut, {}, sim::Instant(1), "chat-1", "connector-1"};
  Fault freeze{Fault::Kind::freeze, {}, sim::Instant(1), "connector-1", {}};
  CHECK(longest_wait({}) == longest_wait({kill}));
  CHECK(longest_wait({}) == longest_wait({stop}));
  CHECK(longest_wait({kill}) < longest_wait({kill, cut}));
  CHECK(longest_wait({lonely_chat}) == longest_wait({cut}));
  CHECK(longest_wait({lonely_connector}) == longest_wait({freeze}));
  CHECK(longest_wait({kill, cut}) < longest_wait({cut, cut}));
  CHECK(longest_wait({cut, cut}) < longest_wait({freeze}));
  Fault slow{Fault::Kind::slow, {}, sim::Instant(1), "chat-1", "connector-1"};
  CHECK(longest_wait({slow}) == longest_wait({cut}));
  slow.path.buffer = 1000;
  CHECK(longest_wait({slow}) == longest_wait({cut, cut}));
}

TEST_CASE("links live while servers only end") {
  const Fault kill{Fault::Kind::kill, {}, {}, "chat-1", {}};
  const Fault stop{Fault::Kind::stop, {}, {}, "chat-1", {}};
  CHECK(only_kills({kill, stop}));
  const Fault away{Fault::Kind::away, {}, {}, "master", {}};
  CHECK(only_kills({away}));
  CHECK_FALSE(only_kills({kill, away}));
  CHECK(harmless({}));
  CHECK(harmless({away}));
  CHECK_FALSE(harmless({away, stop}));
  CHECK(longest_wait({away}) == longest_wait({}));
  CHECK_FALSE(only_kills({kill, {Fault::Kind::reset, {}, {}, "chat-1", "*"}}));
}

TEST_CASE("servers only stop if each is back before it is told to again") {
  const Fault first{Fault::Kind::stop, {}, {}, "chat-1", {}};
  const Fault another{Fault::Kind::stop, sim::Instant(1), {}, "chat-2", {}};
  const Fault again{Fault::Kind::stop, sim::Instant(12'000'000), {}, "chat-1", {}};
  CHECK(only_stops({first, another, again}));
  CHECK(only_restarts({first, another, again}));
  CHECK_FALSE(only_stops({}));
  Fault other = again;
  SUBCASE("too soon") { other.at = sim::Instant(11'999'999); }
  SUBCASE("killed") { other.kind = Fault::Kind::kill; }
  SUBCASE("a frontend") {
    other.one = "connector-1";
    CHECK(only_stops({first, other}));
    CHECK_FALSE(only_restarts({first, other}));
    return;
  }
  CHECK_FALSE(only_stops({first, other}));
  CHECK_FALSE(only_restarts({first, other}));
}

TEST_CASE("of some seeds only backends stop, of others only frontends") {
  int backends = 0, frontends = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Plan plan = make_plan(seed, kTime);
    if (only_restarts(plan))
      ++backends;
    else if (only_stops(plan))
      ++frontends;
  }
  CHECK(backends > 5);
  CHECK(frontends > 3);
}

TEST_CASE("connectors are silent for longer than a lease only where uids have one owner") {
  int silent = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    for (const Fault& fault : make_plan(seed, kTime)) {
      const bool is_long =
          fault.kind != Fault::Kind::away && fault.length > sim::Instant(10'500'000);
      if (is_long) CHECK(rules_of(seed).rivals());
      silent += is_long ? 1 : 0;
    }
  CHECK(silent > 5);
}

TEST_CASE("a fault tells what it is") {
  CHECK(to_string({Fault::Kind::stop, sim::Instant(1'500'000), {}, "chat-1", {}}) ==
        "at 1.500 s stop chat-1");
  CHECK(to_string({Fault::Kind::cut, {}, sim::Instant(250'000), "*", "chat-1"}) ==
        "at 0.000 s cut * and chat-1 for 0.250 s");
}

TEST_CASE("each node has a machine of its own") {
  std::set<std::string> machines{machine_of("master")};
  for (const GameServer& server : kServers) machines.insert(machine_of(server.id));
  for (int number = 1; number <= kCrowds; ++number) machines.insert(machine_of(crowd_name(number)));
  CHECK(machines.size() == 1 + std::size(kServers) + kCrowds);
}
