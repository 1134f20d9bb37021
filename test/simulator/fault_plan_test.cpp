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
  CHECK(kinds.size() == 7);
}

TEST_CASE("the master is never killed, and no server so often that it is given up") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::map<std::string, int> kills;
    for (const Fault& fault : make_plan(seed, kTime))
      if (fault.kind == Fault::Kind::kill) ++kills[fault.one];
    for (const auto& [node, times] : kills) {
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
  Fault cut{Fault::Kind::cut, {}, sim::Instant(1), "chat-1", "connector-1"};
  Fault freeze{Fault::Kind::freeze, {}, sim::Instant(1), "connector-1", {}};
  CHECK(longest_wait({}) == longest_wait({kill}));
  CHECK(longest_wait({kill}) < longest_wait({kill, cut}));
  CHECK(longest_wait({kill, cut}) < longest_wait({cut, cut}));
  CHECK(longest_wait({cut, cut}) < longest_wait({freeze}));
}

TEST_CASE("each node has a machine of its own") {
  std::set<std::string> machines{machine_of("master")};
  for (const GameServer& server : kServers) machines.insert(machine_of(server.id));
  for (int number = 1; number <= kCrowds; ++number) machines.insert(machine_of(crowd_name(number)));
  CHECK(machines.size() == 1 + std::size(kServers) + kCrowds);
}
