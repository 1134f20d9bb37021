#include "server/admission.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::server;

namespace {

Admission::Limits lifted() {
  Admission::Limits limits;
  limits.connections = limits.half_open = limits.per_address = limits.new_per_address = 0;
  limits.trusted.clear();
  return limits;
}

// A frontend that only lets in. Its connections end when they are told to make room.
class Door {
 public:
  struct Connection final : Admission::HalfOpen {
    void make_room() override {
      ++asked_to_go;
      if (goes) place.reset();
    }
    std::optional<Admission::Place> place;
    int asked_to_go = 0;
    bool goes = true;
  };

  explicit Door(const Admission::Limits& limits)
      : admission(Admission::create(limits, clock, counters, 7).value()) {}

  // The new connection, or nullptr when it was refused.
  Connection* connect(const std::string& address, Admission::Peer peer = Admission::Peer::client) {
    auto place = admission->admit(*net::parse_ip(address), peer);
    if (!place) return nullptr;
    connections.push_back(std::make_unique<Connection>());
    Connection& connection = *connections.back();
    connection.place = std::move(place);
    connection.place->set_owner(connection);
    return &connection;
  }
  void empty() { connections.clear(); }
  void pass(int milliseconds) { clock.update(clock.now() + net::Duration(milliseconds)); }

  net::TimerWheel clock{net::TimePoint(net::Duration(1'000'000))};
  Counters counters;
  std::unique_ptr<Admission> admission;
  std::vector<std::unique_ptr<Connection>> connections;
};

std::string nth(int n) {
  return "10.0." + std::to_string(n >> 8 & 255) + '.' + std::to_string(n & 255);
}

}  // namespace

TEST_CASE("so many connections in all, and again after they ended") {
  auto limits = lifted();
  limits.connections = 5;
  Door door(limits);
  for (int round = 1; round <= 3; ++round) {
    for (int i = 0; i < 5; ++i) CHECK(door.connect(nth(i)) != nullptr);
    CHECK(door.admission->connections() == 5);
    CHECK(door.connect(nth(9)) == nullptr);
    CHECK(door.connect(nth(9)) == nullptr);
    CHECK(door.counters[Count::refused_full] == 2 * static_cast<unsigned>(round));
    door.connections.pop_back();
    CHECK(door.connect(nth(9)) != nullptr);
    door.empty();
    CHECK(door.admission->connections() == 0);
  }
  CHECK(door.counters[Count::accepted] == 18);
}

TEST_CASE("so many connections of an address, and again after they ended") {
  auto limits = lifted();
  limits.per_address = 64;
  Door door(limits);
  for (unsigned round = 1; round <= 2; ++round) {
    for (int i = 0; i < 64; ++i) CHECK(door.connect("192.0.2.1") != nullptr);
    CHECK(door.connect("192.0.2.1") == nullptr);
    CHECK(door.counters[Count::refused_per_address] == round);
    CHECK(door.connect("192.0.2.2") != nullptr);
    door.empty();
  }
}

TEST_CASE("so many new connections of an address a second") {
  auto limits = lifted();
  limits.new_per_address = 20;
  limits.new_burst = 40;
  Door door(limits);
  for (int i = 0; i < 40; ++i) CHECK(door.connect("2001:db8::" + std::to_string(i)) != nullptr);
  door.empty();
  CHECK(door.connect("2001:db8::77") == nullptr);
  CHECK(door.counters[Count::refused_new] == 1);
  door.pass(50);
  CHECK(door.connect("2001:db8::77") != nullptr);
  CHECK(door.connect("2001:db8::77") == nullptr);
}

TEST_CASE("limits of 0 are none") {
  Door door(lifted());
  for (int i = 0; i < 5000; ++i) CHECK(door.connect("192.0.2.1") != nullptr);
}

TEST_CASE("blocked networks are refused, trusted ones too") {
  auto limits = lifted();
  limits.blocked = {"1.1.1.1", "2001:db8::/32"};
  limits.trusted = {"1.1.1.0/24"};
  Door door(limits);
  CHECK(door.connect("1.1.1.1") == nullptr);
  CHECK(door.connect("1.1.1.1", Admission::Peer::proxy) == nullptr);
  CHECK(door.connect("2001:db8:7::1") == nullptr);
  CHECK(door.connect("21.1.1.10") != nullptr);
  CHECK(door.counters[Count::refused_blocked] == 3);
  CHECK(door.counters[Count::accepted] == 1);
}

TEST_CASE("trusted addresses are not counted by address, but among all") {
  auto limits = lifted();
  limits.per_address = 1;
  limits.new_per_address = limits.new_burst = 1;
  limits.connections = 100;
  limits.trusted = {"127.0.0.0/8", "::1/128"};
  Door door(limits);
  for (int i = 0; i < 50; ++i) {
    CHECK(door.connect("127.0.0.1") != nullptr);
    CHECK(door.connect("::1") != nullptr);
  }
  CHECK(door.connect("127.0.0.1") == nullptr);
  CHECK(door.counters[Count::refused_full] == 1);
}

TEST_CASE("the oldest half-open connection makes room for a new one") {
  auto limits = lifted();
  limits.half_open = 3;
  Door door(limits);
  std::vector<Door::Connection*> all;
  for (int i = 0; i < 3; ++i) all.push_back(door.connect(nth(i)));
  for (auto* connection : all) CHECK(connection->asked_to_go == 0);
  CHECK(door.admission->half_open() == 3);

  all.push_back(door.connect(nth(3)));
  CHECK(all[0]->asked_to_go == 1);
  CHECK(door.admission->half_open() == 3);
  CHECK(door.admission->connections() == 3);

  all[1]->place->complete();
  all[1]->place->complete();
  CHECK(door.admission->half_open() == 2);
  all.push_back(door.connect(nth(4)));
  CHECK(all[2]->asked_to_go == 0);
  all.push_back(door.connect(nth(5)));
  CHECK(all[1]->asked_to_go == 0);
  CHECK(all[2]->asked_to_go == 1);
  CHECK(door.counters[Count::dropped_half_open] == 2);
  CHECK(door.admission->connections() == 4);
}

TEST_CASE("one that is slow to go counts as a connection but is asked only once") {
  auto limits = lifted();
  limits.half_open = 1;
  limits.connections = 3;
  Door door(limits);
  Door::Connection* slow = door.connect(nth(0));
  slow->goes = false;
  CHECK(door.connect(nth(1)) != nullptr);
  CHECK(door.connect(nth(2)) != nullptr);
  CHECK(slow->asked_to_go == 1);
  CHECK(door.admission->half_open() == 1);
  CHECK(door.admission->connections() == 2);
  slow->place->complete();  // too late, and harmless
  CHECK(door.admission->half_open() == 1);
  door.empty();
  CHECK(door.admission->connections() == 0);
}

TEST_CASE("a refused connection drops nobody") {
  auto limits = lifted();
  limits.half_open = 1;
  limits.per_address = 1;
  Door door(limits);
  const Door::Connection* first = door.connect("192.0.2.1");
  CHECK(door.connect("192.0.2.1") == nullptr);
  CHECK(first->asked_to_go == 0);
}

TEST_CASE("the connection of a proxy counts for the client it is handed on for") {
  auto limits = lifted();
  limits.per_address = 2;
  Door door(limits);
  std::vector<Door::Connection*> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(door.connect("10.0.0.8", Admission::Peer::proxy));
    REQUIRE(all.back() != nullptr);
  }
  CHECK(all[0]->place->move_to(*net::parse_ip("192.0.2.1")));
  CHECK(all[1]->place->move_to(*net::parse_ip("192.0.2.1")));
  CHECK_FALSE(all[2]->place->move_to(*net::parse_ip("192.0.2.1")));
  CHECK(all[3]->place->move_to(*net::parse_ip("192.0.2.2")));
  CHECK(door.counters[Count::refused_per_address] == 1);
  CHECK(door.connect("192.0.2.1") == nullptr);

  all[0]->place.reset();
  CHECK(door.connect("192.0.2.1") != nullptr);
  CHECK(door.connect("10.0.0.8") != nullptr);
}

TEST_CASE("moving checks all limits by address, and gives the old address back") {
  auto limits = lifted();
  limits.per_address = 1;
  limits.new_per_address = limits.new_burst = 1;
  limits.blocked = {"6.6.6.6"};
  limits.trusted = {"127.0.0.1"};
  Door door(limits);
  Door::Connection* connection = door.connect("192.0.2.1");
  CHECK(connection->place->move_to(*net::parse_ip("192.0.2.1")));  // nothing changes
  CHECK_FALSE(connection->place->move_to(*net::parse_ip("6.6.6.6")));
  CHECK(door.counters[Count::refused_blocked] == 1);
  CHECK(connection->place->move_to(*net::parse_ip("192.0.2.2")));
  CHECK(door.connect("192.0.2.2") == nullptr);
  CHECK(door.connect("192.0.2.1") == nullptr);
  CHECK(door.counters[Count::refused_new] == 1);  // it has left, but came a moment ago
  CHECK_FALSE(connection->place->move_to(*net::parse_ip("192.0.2.1")));
  CHECK(door.counters[Count::refused_new] == 2);
  door.pass(1000);
  CHECK(door.connect("192.0.2.1") != nullptr);
  CHECK(connection->place->move_to(*net::parse_ip("127.0.0.1")));
  CHECK(door.connect("192.0.2.2") != nullptr);
}

TEST_CASE("a place may be moved about, and ends once") {
  Door door(lifted());
  Admission::Place nobody;
  {
    Admission::Place first = *door.admission->admit({});
    Admission::Place second(std::move(first));
    CHECK(door.admission->connections() == 1);
    nobody = std::move(second);
    CHECK(door.admission->connections() == 1);
  }
  CHECK(door.admission->connections() == 1);
  nobody.complete();
  CHECK(door.admission->half_open() == 0);
  nobody = Admission::Place();
  CHECK(door.admission->connections() == 0);
}

TEST_CASE("networks that are wrong are told by the name of their setting") {
  net::TimerWheel clock{net::TimePoint()};
  Counters counters;
  auto limits = lifted();
  limits.blocked = {"10.0.0.0/8", "10.0.0.1/8"};
  const auto refused = Admission::create(limits, clock, counters, 7);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().text == "limits.blocked: \"10.0.0.1/8\": bits are set beyond the prefix");
  limits.trusted = {"localhost"};
  CHECK(Admission::create(limits, clock, counters, 7).error().text.starts_with("limits.trusted: "));
}
