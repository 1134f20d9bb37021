#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cluster/party.h"
#include "sim/sim_random.h"
#include "sim/world.h"

// Real endpoints, linked over the simulated network, through all that can happen to them.

using namespace shaddock;
using namespace shaddock::sim;
using namespace std::chrono_literals;

namespace {

constexpr int kServers = 4;

std::string id_of(int number) { return std::string(1, static_cast<char>('a' + number)); }
std::string machine_of(int number) { return "10.0.0." + std::to_string(number + 1); }

// A server: links to all others, and calls one of them every now and then.
class Caller final : public net::Program {
 public:
  Caller(net::Host& host, int number, std::uint64_t incarnation)
      : party(host, id_of(number), incarnation),
        host_(host),
        number_(number),
        timer_(host.loop.timers(), [this] { call(); }) {
    REQUIRE(party.endpoint->listen({machine_of(number), 4000}).ok());
    for (int other = number + 1; other < kServers; ++other)
      party.endpoint->dial(id_of(other), {machine_of(other), 4000});
    timer_.start(20ms);
  }

  bool linked_to_all() {
    for (int other = 0; other < kServers; ++other)
      if (other != number_ && !party.linked(id_of(other))) return false;
    return true;
  }
  // Calls that ended well; each must have ended once, or still wait for less than its limit.
  int answered(bool at_rest) const {
    int good = 0;
    for (const auto& outcome : party.outcomes) {
      CHECK(outcome->times <= 1);
      if (at_rest) CHECK(outcome->times == 1);
      if (outcome->status == code::kOk) ++good;
    }
    return good;
  }
  void rest() { timer_.stop(); }

  cluster::Party party;

 private:
  void call() {
    const auto other = static_cast<int>(host_.random.next() % kServers);
    if (party.linked(id_of(other))) party.call(id_of(other), "math.twice", ++calls_);
    timer_.start(net::Duration(host_.random.next() % 40));
  }

  net::Host& host_;
  const int number_;
  int calls_ = 0;
  net::Timer timer_;
};

// Four servers, each on a machine of its own, and whoever plays fate.
struct Cluster {
  explicit Cluster(std::uint64_t seed) : fate(SimRandom::seed_of(seed, 99)), world(seed) {
    world.set_tracer([this](Instant when, std::string_view who, std::string_view what) {
      story +=
          std::to_string(when.count()) + ' ' + std::string(who) + ' ' + std::string(what) + '\n';
    });
    Path path;
    path.jitter = 300us;
    path.split = path.short_write = 0.1;
    path.bytes_per_second = 1'000'000;
    world.set_path("*", "*", path);
    for (int number = 0; number < kServers; ++number) start(number);
  }

  void start(int number) {
    const auto incarnation = static_cast<std::uint64_t>(++starts);
    processes[number] = world.start(
        machine_of(number), {"game", {"serve", "id=" + id_of(number)}, {}},
        [number, incarnation](net::Host& host, const net::Command&, Function<void(int)>) {
          return std::make_unique<Caller>(host, number, incarnation);
        });
  }
  Caller* caller(int number) { return static_cast<Caller*>(world.program(processes[number])); }
  bool all_linked() {
    for (int number = 0; number < kServers; ++number)
      if (caller(number) == nullptr || !caller(number)->linked_to_all()) return false;
    return true;
  }

  void disturb() {
    const int victim = some(kServers);
    const std::string here = machine_of(victim), there = machine_of(some(kServers));
    switch (some(7)) {
      case 0:
        world.kill(processes[victim]);
        world.run_for(net::Duration(some(300)));
        return start(victim);
      case 1:
        return world.freeze(processes[victim]);
      case 2:
        return world.thaw(processes[victim]);
      case 3:
        return world.cut(here, there);
      case 4:
        return world.mend(here, there);
      case 5:
        return world.reset(here, there);
      default:
        return world.set_path(here, there, {Instant(some(5000)), Instant(some(2000))});
    }
  }
  void calm() {
    world.mend("*", "*");
    for (const auto& process : processes) world.thaw(process);
  }
  int some(int bound) { return static_cast<int>(fate.next() % static_cast<unsigned>(bound)); }

  void live(int disasters) {
    world.run_for(1s);
    for (int i = 0; i < disasters; ++i) {
      disturb();
      world.run_for(net::Duration(some(1000)));
    }
    calm();
  }

  SimRandom fate;
  std::string story;
  int starts = 0;
  net::ProcessId processes[kServers];
  World world;
};

}  // namespace

TEST_CASE("endpoints link over the simulated network and call each other") {
  Cluster cluster(1);
  CHECK(cluster.world.run_until([&] { return cluster.all_linked(); }, 2s));
  cluster.world.run_for(10s);
  for (int number = 0; number < kServers; ++number)
    CHECK(cluster.caller(number)->answered(false) > 100);
}

TEST_CASE("the same disasters give the same run, to the last event; another seed another") {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Cluster one(seed), same(seed);
    one.live(30);
    same.live(30);
    CHECK(one.story == same.story);
    CHECK(one.world.steps() == same.world.steps());
    CHECK(one.world.trace_hash() == same.world.trace_hash());
    CHECK(hashes.insert(one.world.trace_hash()).second);
  }
}

TEST_CASE("after all disasters the cluster heals, and every call has ended once") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed);
    cluster.live(30);
    REQUIRE(cluster.world.run_until([&] { return cluster.all_linked(); }, 30s));
    cluster.world.run_for(2s);
    for (int number = 0; number < kServers; ++number) cluster.caller(number)->rest();
    cluster.world.run_for(10s);
    for (int number = 0; number < kServers; ++number)
      CHECK(cluster.caller(number)->answered(true) > 0);
  }
}

TEST_CASE("a server that was killed is missed at once, a frozen or cut one when its pings fail") {
  Cluster cluster(1);
  REQUIRE(cluster.world.run_until([&] { return cluster.all_linked(); }, 2s));
  const auto missed = [&] { return !cluster.caller(0)->party.linked("b"); };
  const auto within = [&](net::Duration least, net::Duration most) {
    const Instant before = cluster.world.now();
    CHECK(cluster.world.run_until(missed, most));
    CHECK(cluster.world.now() - before >= least);
    cluster.calm();
    CHECK(cluster.world.run_until([&] { return cluster.all_linked(); }, 10s));
  };
  cluster.world.kill(cluster.processes[1]);
  CHECK(cluster.world.run_until(missed, 10ms));
  cluster.start(1);
  CHECK(cluster.world.run_until([&] { return cluster.all_linked(); }, 10s));
  cluster.world.freeze(cluster.processes[1]);
  within(500ms, 60s);
  cluster.world.cut(machine_of(1), machine_of(0));
  within(500ms, 60s);
}
