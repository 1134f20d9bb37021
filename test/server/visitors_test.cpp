#include "server/visitors.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::server;
using Verdict = Visitors::Verdict;

namespace {

class House {
 public:
  explicit House(const Visitors::Limits& limits) : visitors(limits, 7) {}

  Verdict enter(const std::string& address) {
    Visitors::Visitor visitor;
    const Verdict verdict = visitors.enter(*net::parse_ip(address), now, visitor);
    if (verdict == Verdict::welcome) inside.push_back(visitor);
    return verdict;
  }
  void leave() {
    visitors.leave(inside.back(), now);
    inside.pop_back();
  }
  void pass(int milliseconds) { now += net::Duration(milliseconds); }

  Visitors visitors;
  std::vector<Visitors::Visitor> inside;
  net::TimePoint now{net::Duration(1'000'000)};
};

std::string nth(int n) {
  return "10." + std::to_string(n >> 16) + '.' + std::to_string(n >> 8 & 255) + '.' +
         std::to_string(n & 255);
}

}  // namespace

TEST_CASE("an address has so many connections, and when one ends there is room again") {
  House house({.connections = 3});
  for (int i = 0; i < 3; ++i) CHECK(house.enter("192.0.2.1") == Verdict::welcome);
  CHECK(house.enter("192.0.2.1") == Verdict::too_many);
  CHECK(house.enter("::ffff:192.0.2.1") == Verdict::too_many);
  CHECK(house.enter("192.0.2.2") == Verdict::welcome);
  house.leave();
  house.leave();
  CHECK(house.enter("192.0.2.1") == Verdict::welcome);
  CHECK(house.enter("192.0.2.1") == Verdict::too_many);
}

TEST_CASE("a /64 of IPv6 is one visitor, and its neighbour another") {
  House house({.connections = 2});
  CHECK(house.enter("2001:db8:0:1::1") == Verdict::welcome);
  CHECK(house.enter("2001:db8:0:1:ffff:ffff:ffff:ffff") == Verdict::welcome);
  CHECK(house.enter("2001:db8:0:1::2") == Verdict::too_many);
  CHECK(house.enter("2001:db8:0:2::1") == Verdict::welcome);
  CHECK(house.visitors.is(house.inside[0], *net::parse_ip("2001:db8:0:1::3")));
  CHECK_FALSE(house.visitors.is(house.inside[0], *net::parse_ip("2001:db8:0:2::1")));
}

TEST_CASE("the low bits that tell IPv4 addresses apart do not mix with those of IPv6") {
  House house({.connections = 1});
  CHECK(house.enter("::1") == Verdict::welcome);
  CHECK(house.enter("::ffff:0.0.0.1") == Verdict::welcome);
  CHECK(house.enter("0.0.0.2") == Verdict::welcome);
  CHECK(house.enter("::2") == Verdict::too_many);
}

TEST_CASE("an address opens a burst of connections, then so many a second") {
  House house({.new_per_second = 20, .new_burst = 40});
  for (int i = 0; i < 40; ++i) CHECK(house.enter("192.0.2.1") == Verdict::welcome);
  CHECK(house.enter("192.0.2.1") == Verdict::too_fast);
  CHECK(house.enter("192.0.2.2") == Verdict::welcome);
  house.pass(50);
  CHECK(house.enter("192.0.2.1") == Verdict::welcome);
  CHECK(house.enter("192.0.2.1") == Verdict::too_fast);
}

TEST_CASE("who leaves and comes back is still counted by the rate") {
  House house({.new_per_second = 1, .new_burst = 2});
  for (int i = 0; i < 2; ++i) {
    CHECK(house.enter("192.0.2.1") == Verdict::welcome);
    house.leave();
  }
  CHECK(house.enter("192.0.2.1") == Verdict::too_fast);
}

TEST_CASE("who has too many connections does not use up the rate") {
  House house({.connections = 1, .new_per_second = 1, .new_burst = 2});
  CHECK(house.enter("192.0.2.1") == Verdict::welcome);
  for (int i = 0; i < 5; ++i) CHECK(house.enter("192.0.2.1") == Verdict::too_many);
  house.leave();
  CHECK(house.enter("192.0.2.1") == Verdict::welcome);
}

TEST_CASE("visitors are forgotten when they are gone and their rate is as good as new") {
  House house({.new_per_second = 20, .new_burst = 40});
  for (int i = 0; i < 1000; ++i) CHECK(house.enter(nth(i)) == Verdict::welcome);
  while (!house.inside.empty()) house.leave();
  CHECK(house.visitors.remembered() == 1000);
  house.pass(50);
  for (int i = 0; i < 500; ++i) {
    CHECK(house.enter("192.0.2.1") != Verdict::too_many);
    if (!house.inside.empty()) house.leave();
  }
  CHECK(house.visitors.remembered() == 1);
}

TEST_CASE("of more strangers than are remembered the one longest gone is forgotten") {
  House house({.new_per_second = 1, .new_burst = 1, .remembered = 100});
  CHECK(house.enter(nth(0)) == Verdict::welcome);  // and stays
  for (int i = 1; i < 100; ++i) {
    CHECK(house.enter(nth(i)) == Verdict::welcome);
    house.leave();
  }
  CHECK(house.visitors.remembered() == 100);
  CHECK(house.enter(nth(1)) == Verdict::too_fast);  // was here last now
  CHECK(house.enter(nth(1000)) == Verdict::welcome);
  CHECK(house.visitors.remembered() == 100);
  CHECK(house.enter(nth(3)) == Verdict::too_fast);
  CHECK(house.enter(nth(0)) == Verdict::too_fast);
  CHECK(house.enter(nth(1)) == Verdict::too_fast);
  CHECK(house.enter(nth(2)) == Verdict::welcome);  // forgotten
}

TEST_CASE("who is connected is never forgotten") {
  House house({.connections = 1, .remembered = 10});
  for (int i = 0; i < 50; ++i) CHECK(house.enter(nth(i)) == Verdict::welcome);
  CHECK(house.visitors.remembered() == 50);
  for (int i = 0; i < 50; ++i) CHECK(house.enter(nth(i)) == Verdict::too_many);
  while (!house.inside.empty()) house.leave();
  CHECK(house.visitors.remembered() == 0);
}
