#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "server/counted_gate.h"

// Who may connect: the limits of admission as clients meet them. Addresses are what a PROXY header
// says, since in memory all come from 127.0.0.1.

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using protocol::PackageType;
using Wishes = Settings::Connector;

namespace {

struct Entrance : CountedGate {
  explicit Entrance(std::function<void(Wishes&)> set)
      : CountedGate([set](Wishes& connector) {
          connector.listeners.emplace_back().proxies = {"127.0.0.0/8"};
          if (set) set(connector);
        }) {}

  static std::string header(const std::string& address) {
    const bool v6 = address.find(':') != std::string::npos;
    return std::string("PROXY TCP") + (v6 ? "6 " : "4 ") + address + (v6 ? " ::1" : " 10.0.0.1") +
           " 1234 3010\r\n";
  }
  // A client of that address that may send requests, unless it is refused.
  TestClient& from(const std::string& address) {
    TestClient& client = connect("connector-1");
    send(client, header(address) + package_of(PackageType::handshake, kHello));
    client.ack();
    settle();
    return client;
  }
  // How many of so many are let in.
  std::size_t admitted(const std::string& address, std::size_t tries) {
    std::size_t in = 0;
    for (std::size_t i = 0; i < tries; ++i) in += from(address).ended ? 0 : 1;
    return in;
  }
};

}  // namespace

TEST_CASE("limits.connections: as many as that, and as one leaves one may come") {
  CountedGate town([](Wishes& connector) { connector.limits.connections = 3; });
  std::vector<TestClient*> in;
  for (int i = 0; i < 3; ++i) in.push_back(&town.join("connector-1"));
  for (TestClient* client : in) CHECK(town.serves(*client));
  for (int i = 0; i < 5; ++i) CHECK(town.join("connector-1").ended);
  CHECK(town.count(Count::refused_full) == 5);
  town.hang_up(*in[0]);
  TestClient& next = town.join("connector-1");
  CHECK(town.serves(next));
  CHECK(town.join("connector-1").ended);
  CHECK(town.count(Count::accepted) == 4);
}

TEST_CASE("limits.half_open: the oldest without ack goes at once for one too many") {
  CountedGate town([](Wishes& connector) { connector.limits.half_open = 3; });
  TestClient& done = town.join("connector-1");
  TestClient& upgraded = town.connect("connector-1", Over::websocket);
  TestClient& http = town.connect("connector-1");
  town.send(http, "GET / HT");
  TestClient& silent = town.connect("connector-1");
  CHECK(town.refusals() == 0);
  TestClient& more = town.connect("connector-1");
  CHECK(upgraded.ended);
  CHECK(upgraded.heard.back() == "close 1013");
  CHECK(town.count(Count::dropped_half_open) == 1);
  more.handshake();
  town.settle();
  more.ack();
  CHECK(town.serves(more));  // it is no longer half-open
  TestClient& third = town.connect("connector-1");
  CHECK(town.count(Count::dropped_half_open) == 1);
  TestClient& fourth = town.connect("connector-1");
  CHECK(http.ended);
  CHECK(town.count(Count::dropped_half_open) == 2);
  for (TestClient* client : {&silent, &third, &fourth}) CHECK(!client->ended);
  CHECK(town.serves(done));
}

TEST_CASE("limits.half_open: lifted") {
  CountedGate town([](Wishes& connector) { connector.limits.half_open = 0; });
  for (int i = 0; i < 1100; ++i) town.connect("connector-1");
  CHECK(town.server().connections() == 1100);
  CHECK(town.refusals() == 0);
}

TEST_CASE("T4: whoever comes among two thousand that say nothing is served") {
  CountedGate town;
  for (int i = 0; i < 2000; ++i) town.connect("connector-1");
  TestClient& good = town.join("connector-1");
  CHECK(town.serves(good));
  CHECK(town.count(Count::dropped_half_open) == 2001 - 1024);
  CHECK(town.server().connections() <= 1025);
}

TEST_CASE("limits.per_address: so many of one address, others are another matter") {
  Entrance town([](Wishes& connector) { connector.limits.per_address = 3; });
  TestClient& first = town.from("203.0.113.7");
  CHECK(town.admitted("203.0.113.7", 4) == 2);
  CHECK(town.count(Count::refused_per_address) == 2);
  CHECK(town.admitted("203.0.113.8", 3) == 3);
  town.hang_up(first);
  CHECK(town.admitted("203.0.113.7", 2) == 1);
}

TEST_CASE("limits.per_address: IPv6 addresses count by their /64") {
  Entrance town([](Wishes& connector) { connector.limits.per_address = 3; });
  CHECK(town.admitted("2001:db8:1:2::1", 1) == 1);
  CHECK(town.admitted("2001:db8:1:2:ffff::9", 1) == 1);
  CHECK(town.admitted("2001:db8:1:2:3:4:5:6", 2) == 1);
  CHECK(town.admitted("2001:db8:1:3::1", 3) == 3);
}

TEST_CASE("limits.new_per_address and new_burst: the burst, then so many a second") {
  Entrance town([](Wishes& connector) {
    connector.limits.per_address = 0;
    connector.limits.new_per_address = 10;
    connector.limits.new_burst = 5;
  });
  CHECK(town.admitted("203.0.113.7", 5) == 5);
  CHECK(town.admitted("203.0.113.7", 1) == 0);
  CHECK(town.count(Count::refused_new) == 1);
  CHECK(town.admitted("203.0.113.8", 6) == 5);
  town.pass(99);
  CHECK(town.admitted("203.0.113.7", 1) == 0);
  town.pass(1);
  CHECK(town.admitted("203.0.113.7", 2) == 1);
}

TEST_CASE("limits by address: lifted") {
  Entrance town([](Wishes& connector) {
    connector.limits.per_address = connector.limits.new_per_address = 0;
  });
  CHECK(town.admitted("203.0.113.7", 300) == 300);
  CHECK(town.refusals() == 0);
}

TEST_CASE("limits.trusted: who is in it is not counted by address; by default that is loopback") {
  for (const bool listed : {true, false}) {
    CountedGate own([&](Wishes& connector) {
      connector.limits.per_address = 2;
      if (!listed) connector.limits.trusted.clear();
    });
    for (int i = 0; i < 10; ++i) own.join("connector-1");
    CHECK(own.server().connections() == (listed ? 10 : 2));
  }
  Entrance town([](Wishes& connector) {
    connector.limits.per_address = 1;
    connector.limits.trusted = {"203.0.113.0/28", "2001:db8::/32"};
  });
  CHECK(town.admitted("203.0.113.15", 3) == 3);
  CHECK(town.admitted("203.0.113.16", 3) == 1);
  CHECK(town.admitted("2001:db8:7::1", 3) == 3);
}

TEST_CASE("limits.blocked: who is in it is refused, trusted or not") {
  Entrance town([](Wishes& connector) {
    connector.limits.blocked = {"1.1.1.1", "198.51.100.0/24"};
    connector.limits.trusted = {"198.51.100.7/32"};
  });
  CHECK(town.admitted("1.1.1.1", 1) == 0);
  CHECK(town.admitted("198.51.100.7", 1) == 0);
  CHECK(town.admitted("198.51.100.255", 1) == 0);
  CHECK(town.admitted("21.1.1.10", 1) == 1);
  CHECK(town.admitted("198.51.101.0", 1) == 1);
  CHECK(town.count(Count::refused_blocked) == 3);
  CountedGate own([](Wishes& connector) { connector.limits.blocked = {"127.0.0.1"}; });
  CHECK(own.join("connector-1").ended);
  CHECK(own.count(Count::accepted) == 0);
}

TEST_CASE("T25: a PROXY header of one who is no listed proxy ends it") {
  CountedGate town;
  TestClient& client = town.connect("connector-1");
  town.send(client, Entrance::header("203.0.113.7"));
  CHECK(client.ended);
  CHECK(town.refusals() == 1);
}
