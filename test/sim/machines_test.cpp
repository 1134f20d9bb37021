#include "sim/machines.h"

#include <doctest/doctest.h>

#include <set>

#include "sim/sim_listener.h"

using namespace shaddock;
using namespace shaddock::sim;

namespace {

struct Holders {
  ListeningPort one{nullptr, nullptr}, other{nullptr, nullptr};
};

const net::IpAddress kOwn = *net::parse_ip("10.0.0.1");

}  // namespace

TEST_CASE("A machine has one name, however its address is written") {
  Machines machines;
  CHECK(&machines.named("::ffff:10.0.0.1") == &machines.named("10.0.0.1"));
  CHECK(&machines.named("0:0::5") == &machines.named("::5"));
  CHECK(&machines.named("10.0.0.1") != &machines.named("10.0.0.2"));
}

TEST_CASE("Loopback is the machine that says it, and a stranger is nobody") {
  Machines machines;
  Machine &one = machines.named("10.0.0.1"), &two = machines.named("10.0.0.2");
  CHECK(machines.reached(one, kLoopback) == &one);
  CHECK(machines.reached(two, kLoopbackV6) == &two);
  CHECK(machines.reached(two, kOwn) == &one);
  CHECK(machines.reached(one, *net::parse_ip("10.0.0.3")) == nullptr);
  CHECK(one.seen_from(kLoopback) == kLoopback);
  CHECK(one.seen_from(*net::parse_ip("10.0.0.2")) == kOwn);
  CHECK(one.has(kOwn));
  CHECK_FALSE(two.has(kOwn));
}

TEST_CASE("Two hold one port only where no address is in both") {
  struct Case {
    const char *first, *second;
    bool both;
  };
  for (const Case& c : {Case{"10.0.0.1", "10.0.0.1", false}, Case{"10.0.0.1", "127.0.0.1", true},
                        Case{"", "127.0.0.1", false}, Case{"10.0.0.1", "::", false},
                        Case{"0.0.0.0", "127.0.0.1", false}, Case{"0.0.0.0", "::1", true}}) {
    CAPTURE(c.first);
    CAPTURE(c.second);
    Ports<ListeningPort> ports;
    Holders holders;
    CHECK(ports.hold(*ip_of(c.first), 80, holders.one) == 80);
    CHECK(ports.hold(*ip_of(c.second), 80, holders.other).has_value() == c.both);
    ports.release(holders.one, 80);
    CHECK(ports.find(*ip_of(c.first), 80) == (c.both ? nullptr : ports.find(kEvery, 80)));
    if (!c.both) CHECK(ports.hold(*ip_of(c.second), 80, holders.other) == 80);
  }
}

TEST_CASE("Who listens on everything is found by each address") {
  Ports<ListeningPort> ports;
  Holders holders;
  const auto port = ports.hold(kEvery, 0, holders.one);
  REQUIRE(port.has_value());
  for (const auto& ip : {kOwn, kLoopback, kLoopbackV6}) {
    CHECK(ports.find(ip, *port) == &holders.one);
  }
  ports.hold(kEveryV4, 81, holders.other);
  CHECK(ports.find(kOwn, 81) == &holders.other);
  CHECK(ports.find(kLoopbackV6, 81) == nullptr);
}

TEST_CASE("Ports are lent once each, and there is an end to them") {
  Ports<ListeningPort> ports;
  Holders holders;
  CHECK(ports.hold(kEvery, 32770, holders.one) == 32770);
  std::set<std::uint16_t> lent;
  while (const auto port = ports.lend()) CHECK(lent.insert(*port).second);
  CHECK(lent.size() == 60999 - 32768);
  CHECK(lent.count(32770) == 0);
  CHECK_FALSE(ports.hold(kOwn, 0, holders.other).has_value());
  ports.give_back(40000);
  CHECK(ports.lend() == 40000);
}
