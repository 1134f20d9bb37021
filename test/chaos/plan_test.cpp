#include "plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

namespace shaddock::chaos {
namespace {

constexpr net::Duration kMinute{60000};
using Kind = Fault::Kind;

std::vector<std::string> words(const std::vector<Fault>& plan) {
  std::vector<std::string> all;
  for (const Fault& fault : plan)
    all.push_back(std::to_string(fault.at.count()) + ' ' + to_string(fault));
  return all;
}

TEST_CASE("a seed gives one plan, another seed another, in order of time") {
  const auto plan = make_plan(7, kMinute, true);
  CHECK(words(plan) == words(make_plan(7, kMinute, true)));
  CHECK(words(plan) != words(make_plan(8, kMinute, true)));
  CHECK(plan.size() > 20);
  CHECK(std::ranges::is_sorted(plan, {}, &Fault::at));
  CHECK(plan.back().at < kMinute);
}

TEST_CASE("every kind of fault strikes, the master too; without a network no link is cut") {
  std::map<bool, std::set<Kind>> kinds;
  std::set<std::string> victims;
  for (std::uint64_t seed = 1; seed < 20; ++seed)
    for (const bool network : {true, false})
      for (const Fault& fault : make_plan(seed, kMinute, network)) {
        kinds[network].insert(fault.kind);
        victims.insert(fault.victim);
        CHECK((network || !fault.on_network()));
        if (fault.on_network()) CHECK_FALSE(fault.victim.starts_with("gate"));
        if (fault.kind == Kind::terminate || fault.kind == Kind::restart)
          CHECK(fault.victim != "master");
      }
  CHECK(kinds[true].size() == 8);
  CHECK(kinds[false].size() == 4);
  CHECK(victims.size() == 9);
}

TEST_CASE("no server is ended so often that its master gives it up") {
  for (std::uint64_t seed = 1; seed < 30; ++seed) {
    std::map<std::string, std::vector<net::Duration>> ends;
    for (const Fault& fault : make_plan(seed, kMinute, true))
      if (!fault.on_network() && fault.victim != "master") ends[fault.victim].push_back(fault.at);
    for (const auto& [server, times] : ends)
      for (std::size_t i = 3; i < times.size(); ++i)
        CHECK(times[i] - times[i - 3] > net::Duration(10000));
  }
}

TEST_CASE("a fault says what it does") {
  CHECK(to_string({{}, Kind::kill, "chat-1", net::Duration(0)}) == "kill chat-1");
  CHECK(to_string({{}, Kind::kill, "master", net::Duration(300)}) ==
        "kill master, another one after 300 ms");
  CHECK(to_string({{}, Kind::cut_half, "chat-1", net::Duration(20)}) ==
        "cut half chat-1 for 20 ms");
}

}  // namespace
}  // namespace shaddock::chaos
