#include "net/local_listeners.h"

#include <doctest/doctest.h>

#include <set>

using namespace shaddock::net;

namespace {

using Kind = LocalListeners::Kind;

LocalListeners::Entry entry(const Address& asked, int real_port = 1, Kind kind = Kind::stream) {
  return {kind, asked, {"127.0.0.1", real_port}, nullptr, nullptr};
}

int answers(const LocalListeners& table, const Address& dialled, Kind kind = Kind::stream) {
  const auto found = table.find(kind, dialled);
  return found ? found->real.port : 0;
}

}  // namespace

TEST_CASE("All ways to write an address are one, and names stay names") {
  const auto host = [](const char* text) { return LocalListeners::canonical({text, 7}).host; };
  CHECK(host("localhost") == "127.0.0.1");
  CHECK(host("::ffff:127.0.0.1") == "127.0.0.1");
  CHECK(host("0:0:0:0:0:0:0:1") == "::1");
  for (const char* all : {"", "0.0.0.0", "::", "::0"}) CHECK(host(all).empty());
  CHECK(host("game.example") == "game.example");
  CHECK(LocalListeners::canonical({"::1", 7}).port == 7);
}

TEST_CASE("A listener is found by its host and port, and no longer than it is there") {
  LocalListeners table(false);
  const auto one = table.add(entry({"192.0.2.1", 3000}, 1));
  const auto two = table.add(entry({"game.example", 3000}, 2));
  REQUIRE(one.has_value());
  REQUIRE(two.has_value());
  CHECK(answers(table, {"192.0.2.1", 3000}) == 1);
  CHECK(answers(table, {"game.example", 3000}) == 2);
  CHECK(answers(table, {"192.0.2.1", 3001}) == 0);
  CHECK(answers(table, {"192.0.2.2", 3000}) == 0);
  table.remove(*one);
  CHECK(answers(table, {"192.0.2.1", 3000}) == 0);
  CHECK(answers(table, {"game.example", 3000}) == 2);
}

TEST_CASE("All interfaces answer for this machine, and for every host where there are no others") {
  for (const bool owns_all_hosts : {false, true}) {
    LocalListeners table(owns_all_hosts);
    REQUIRE(table.add(entry({"", 3000})).has_value());
    for (const char* host : {"127.0.0.1", "127.255.0.9", "::1", "localhost", "0.0.0.0", "::"})
      CHECK(answers(table, {host, 3000}) == 1);
    for (const char* host : {"192.0.2.1", "128.0.0.1", "::2", "game.example"})
      CHECK(answers(table, {host, 3000}) == (owns_all_hosts ? 1 : 0));
    CHECK(answers(table, {"127.0.0.1", 3001}) == 0);
  }
}

TEST_CASE("An address has one listener of a kind, and all interfaces leave none over") {
  LocalListeners table(true);
  const auto first = table.add(entry({"127.0.0.1", 3000}));
  REQUIRE(first.has_value());
  CHECK_FALSE(table.add(entry({"localhost", 3000})).has_value());
  CHECK_FALSE(table.add(entry({"0.0.0.0", 3000})).has_value());
  CHECK(table.add(entry({"127.0.0.2", 3000})).has_value());
  CHECK(table.add(entry({"", 3001})).has_value());
  CHECK_FALSE(table.add(entry({"127.0.0.1", 3001})).has_value());
  CHECK(table.add(entry({"", 3000}, 9, Kind::datagrams)).has_value());
  CHECK(answers(table, {"127.0.0.1", 3000}, Kind::datagrams) == 9);
  CHECK(answers(table, {"127.0.0.1", 3000}) == 1);
  table.remove(*first);
  CHECK(table.add(entry({"localhost", 3000})).has_value());
}

TEST_CASE("Ports of connectors are those that a system gives, one after the other") {
  LocalListeners table(false);
  std::set<int> seen;
  for (int i = 0; i < 16'384; ++i) {
    const int port = table.next_port();
    REQUIRE(port >= 49'152);
    REQUIRE(port <= 65'535);
    seen.insert(port);
  }
  CHECK(seen.size() == 16'384);
  CHECK(seen.contains(table.next_port()));
}
