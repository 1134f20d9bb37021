// The routers to choose from, each as a server uses it: in a table, with views that change.
#include <doctest/doctest.h>
#include <shaddock/routing.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "session/router.h"

using namespace shaddock;
using namespace shaddock::session;

namespace {

ServerInfo server(const std::string& id, const std::string& weight = {}) {
  ServerInfo info;
  info.id = id;
  info.type = "chat";
  info.state = ServerInfo::State::up;
  if (!weight.empty()) info.extras.emplace_back("weight", weight);
  return info;
}

ServerList servers(int count) {
  ServerList list;
  for (int i = 0; i < count; ++i) list.push_back(server("chat-" + std::to_string(i)));
  return list;
}

struct Table {
  Table(Router router, ServerList list) : table(directory, {{"chat", std::move(router)}}, {}) {
    show(std::move(list));
  }
  void show(ServerList list) { directory.apply({++view, std::move(list)}); }
  static Call call(const RouteParameter& parameter) { return {"chat", "h", "m", parameter}; }
  static std::string name(const Result<const ServerInfo*>& chosen) {
    return chosen.ok() ? (*chosen)->id : std::to_string(chosen.error().code);
  }
  std::string choose(const RouteParameter& key) { return name(table.choose(call(key))); }
  std::string other(const RouteParameter& key, const std::string& not_this) {
    return name(table.choose_other(call(key), not_this));
  }
  std::map<std::string, int> spread(int calls) {
    std::map<std::string, int> counts;
    for (int i = 0; i < calls; ++i) ++counts[choose("key-" + std::to_string(i))];
    return counts;
  }
  std::string row(int calls) {
    std::string names;
    for (int i = 0; i < calls; ++i) names += choose("key").back();
    return names;
  }

  std::uint64_t view = 0;
  cluster::Directory directory;
  RouterTable table;
};

std::vector<std::string> homes(Table& table, int keys) {
  std::vector<std::string> homes;
  for (int i = 0; i < keys; ++i) homes.push_back(table.choose("key-" + std::to_string(i)));
  return homes;
}

}  // namespace

TEST_CASE("rendezvous spreads ten thousand keys within 5 % over four servers") {
  Table table(rendezvous(), servers(4));
  for (const auto& [id, count] : table.spread(10'000)) CHECK(std::abs(count - 2500) < 125);
}

TEST_CASE(
    "rendezvous moves no key but those of a server that leaves, or that one that joins gets") {
  Table table(rendezvous(), servers(5));
  const std::vector<std::string> five = homes(table, 10'000);
  ServerList four = servers(5);
  four.erase(four.begin() + 2);
  table.show(four);
  const std::vector<std::string> without = homes(table, 10'000);
  table.show(servers(6));
  const std::vector<std::string> six = homes(table, 10'000);
  int taken = 0;
  for (std::size_t i = 0; i < five.size(); ++i) {
    CHECK((without[i] == five[i]) == (five[i] != "chat-2"));
    if (six[i] == five[i]) continue;
    CHECK(six[i] == "chat-5");
    ++taken;
  }
  CHECK(std::abs(taken - 10'000 / 6) < 150);
}

TEST_CASE("rendezvous does not care for the order of the list, and is the same for everybody") {
  ServerList turned = servers(5);
  std::swap(turned[0], turned[4]);
  Table one(rendezvous(), servers(5)), other(rendezvous(), turned);
  CHECK(homes(one, 1000) == homes(other, 1000));
  for (int i = 0; i < 100; ++i) {
    const std::string key = "key-" + std::to_string(i);
    CHECK(rendezvous(key, turned).id == one.choose(key));
  }
  // Written down, since processes of different builds must agree.
  const std::map<std::string, int> written = {{"", 1},    {"key", 1}, {"bob", 2},
                                              {"amy", 0}, {"r1", 3},  {"player-10042", 1}};
  for (const auto& [key, place] : written)
    CHECK(rendezvous(key, turned).id == "chat-" + std::to_string(place));
  CHECK_THROWS_AS(rendezvous("key", ServerList{}), Error);
}

TEST_CASE("rendezvous gives by weight, and a new weight moves keys from or to that server only") {
  ServerList list = {server("chat-0", "3"), server("chat-1"), server("chat-2", "0"),
                     server("chat-3", "2")};
  Table table(rendezvous(), list);
  auto counts = table.spread(12'000);
  CHECK(std::abs(counts["chat-0"] - 6000) < 200);
  CHECK(std::abs(counts["chat-1"] - 2000) < 200);
  CHECK(counts["chat-2"] == 0);
  CHECK(std::abs(counts["chat-3"] - 4000) < 200);
  const std::vector<std::string> before = homes(table, 5000);
  list[1] = server("chat-1", "4");
  table.show(list);
  const std::vector<std::string> after = homes(table, 5000);
  for (std::size_t i = 0; i < before.size(); ++i)
    CHECK((after[i] == before[i] || after[i] == "chat-1"));
}

TEST_CASE("a weight that is no number is 1, one beyond 1000 is 1000, and 0 for all is 1 for all") {
  for (const char* odd : {"heavy", "-4", "1.5", " 2", "99999999999"}) {
    CAPTURE(odd);
    Table table(weighted(), {server("chat-0", odd), server("chat-1")});
    CHECK(table.row(4) == "0101");
  }
  Table most(weighted(), {server("chat-0", "5000"), server("chat-1")});
  CHECK(most.spread(1001)["chat-0"] == 1000);
  Table none(weighted(), {server("chat-0", "0"), server("chat-1", "0")});
  CHECK(none.row(4) == "0101");
}

TEST_CASE("rendezvous sees a server that is down, the live ones do not") {
  ServerList list = servers(3);
  for (const Router& router : {round_robin(), weighted(), least_loaded(), sticky()}) {
    Table table(router, list);
    CHECK(table.spread(300).size() == 3);
  }
  Table stable(rendezvous(), list);
  const std::vector<std::string> before = homes(stable, 100);
  list[1].state = ServerInfo::State::down;
  stable.show(list);
  CHECK(homes(stable, 100) == before);
  for (const Router& router : {round_robin(), weighted(), least_loaded(), sticky()}) {
    Table table(router, list);
    auto counts = table.spread(300);
    CHECK(counts.size() == 2);
    CHECK(counts["chat-1"] == 0);
  }
  for (auto& info : list) info.state = ServerInfo::State::down;
  CHECK(Table(round_robin(), list).choose("key") == "521");
}

TEST_CASE("round robin goes round, and goes on when the list changes") {
  Table table(round_robin(), servers(3));
  CHECK(table.row(7) == "0120120");
  table.show(servers(2));
  CHECK(table.row(4) == "1010");
}

TEST_CASE("by weight, turns are as many as the weights and evenly mixed") {
  Table table(weighted(), {server("a", "2"), server("b")});
  CHECK(table.row(6) == "abaaba");
  Table three(weighted(), {server("a", "5"), server("b"), server("c")});
  CHECK(three.row(7) == "aabacaa");
}

TEST_CASE("who owes nothing more than the others is asked in turn") {
  Table table(least_loaded(), servers(3));
  CHECK(table.row(6) == "012012");
}

TEST_CASE("each table has its own turns: copies of a router share nothing") {
  const Router router = round_robin();
  Table one(router, servers(2)), other(router, servers(2));
  CHECK(one.row(3) == "010");
  CHECK(other.row(3) == "010");
}

TEST_CASE("sticky keeps what the inner router gave, until that server cannot be asked") {
  Table table(sticky(round_robin()), servers(3));
  const std::vector<std::string> before = homes(table, 90);
  CHECK(homes(table, 90) == before);
  ServerList list = servers(5);
  table.show(list);
  CHECK(homes(table, 90) == before);  // who joins takes nobody away
  list[1].state = ServerInfo::State::down;
  table.show(list);
  const std::vector<std::string> moved = homes(table, 90);
  for (std::size_t i = 0; i < moved.size(); ++i)
    CHECK((moved[i] == before[i]) == (before[i] != "chat-1"));
  table.show(servers(5));
  CHECK(homes(table, 90) == moved);  // who has moved stays there
}

TEST_CASE("a call that did not run at one server gets another one, if there is one") {
  Table table(round_robin(), servers(2));
  for (int i = 0; i < 3; ++i) CHECK(table.other("key", "chat-0") == "chat-1");
  CHECK(table.other("key", "chat-1") == "chat-0");
  CHECK(Table(weighted(), servers(2)).other("key", "chat-0") == "chat-1");
  CHECK(Table(round_robin(), servers(1)).other("key", "chat-0") == "521");
  // Where it is no longer on the list, the next one is as good as any.
  CHECK(Table(round_robin(), servers(2)).other("key", "chat-9") == "chat-0");
}

TEST_CASE("a second choice does not disturb the turns") {
  Table table(weighted(), {server("a", "2"), server("b")});
  CHECK(table.row(2) == "ab");
  CHECK(table.other("key", "a") == "b");
  CHECK(table.row(4) == "aaba");
}

TEST_CASE("a stable router has no second choice, and a session that sticks neither") {
  CHECK(Table(by_key(), servers(3)).other("key", "chat-0") == "521");
  CHECK(Table(rendezvous(), servers(3)).other("key", "chat-0") == "521");
  Table table(sticky(), servers(3));
  const std::string home = table.choose("key");
  CHECK(table.other("key", home) == "521");
  CHECK(table.choose("key") == home);
}

TEST_CASE("a router of the user may keep something by value, too") {
  const auto turns = [next = std::size_t{0}](const Call&,
                                             const ServerList& list) mutable -> const ServerInfo& {
    return list[next++ % list.size()];
  };
  Table table(live(Router(turns)), servers(3));
  CHECK(table.row(4) == "0120");
}
