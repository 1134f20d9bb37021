#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cluster/endpoint.h"
#include "cluster/party.h"
#include "net/local_network.h"
#include "net/loopback.h"
#include "net/other_loop.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

namespace {

const net::Address kOfB{"127.0.0.1", 3150};

// Two servers of one process: `a` on the test's loop, `b` on the same one or on another thread,
// where everything that touches it runs.
struct Neighbours {
  explicit Neighbours(bool threads) {
    if (threads) other.emplace();
    near = local.attach(world.loop(), world.host().network);
    near_host.emplace(with(world.host(), *near));
    a.emplace(*near_host, "a");
    there([this] {
      net::Host& host = other ? other->host() : world.host();
      far = local.attach(host.loop, host.network);
      far_host.emplace(with(host, *far));
    });
    make_b(1);
  }
  ~Neighbours() {
    there([this] {
      b.reset();
      far.reset();
    });
    a.reset();
    near.reset();
  }

  void make_b(std::uint64_t incarnation) {
    bool listens = false;
    there([&] {
      b.emplace(*far_host, "b", incarnation);
      listens = b->endpoint->listen(kOfB).ok();
    });
    REQUIRE(listens);
  }
  void link() {
    a->endpoint->dial("b", kOfB);
    world.run_until([this] { return a->linked("b") && is([this] { return b->linked("a"); }); });
  }
  void there(const std::function<void()>& work) {
    if (other) {
      other->run(work);
    } else {
      work();
    }
  }
  template <class Condition>
  bool is(Condition condition) {
    bool result = false;
    there([&] { result = condition(); });
    return result;
  }
  static net::Host with(net::Host& host, net::Network& network) {
    return {host.loop, network, host.processes, host.files, host.random};
  }

  net::Loopback world;
  std::optional<net::OtherLoop> other;
  net::LocalNetwork local{net::LocalNetwork::Ports::chosen};
  std::unique_ptr<net::Network> near, far;
  std::optional<net::Host> near_host, far_host;
  std::optional<Party> a, b;
};

}  // namespace

TEST_CASE("within a process two endpoints prove themselves and call each other") {
  for (const bool threads : {false, true}) {
    Neighbours pair(threads);
    pair.link();
    const Outcome* back = nullptr;
    pair.there([&] { back = &pair.b->call("a", "math.twice", 3); });
    const Outcome& there = pair.a->call("b", "math.twice", 21);
    pair.world.run_until(
        [&] { return there.times == 1 && pair.is([&] { return back->times == 1; }); });
    CHECK(there.value == 42);
    CHECK(pair.is([&] { return back->value == 6; }));
  }
}

TEST_CASE("within a process thousands of calls at once all come back") {
  for (const bool threads : {false, true}) {
    Neighbours pair(threads);
    pair.link();
    std::vector<const Outcome*> outcomes;
    for (int i = 0; i < 5000; ++i) outcomes.push_back(&pair.a->call("b", "math.twice", i));
    pair.world.run_until([&] { return pair.a->rpc.pending() == 0; });
    for (int i = 0; i < 5000; ++i) REQUIRE(outcomes[static_cast<std::size_t>(i)]->value == 2 * i);
  }
}

TEST_CASE("within a process a frame of megabytes arrives whole") {
  for (const bool threads : {false, true}) {
    Neighbours pair(threads);
    pair.link();
    FrameWriter frame(pair.a->endpoint->find("b")->output());
    frame.request({0, 0, 7, 0, 0, {}});
    const std::string body(7'000'000, 'x');
    frame.body().append(body);
    REQUIRE(frame.finish());
    pair.world.run_until(
        [&] { return pair.is([&] { return pair.b->events.back() == "request 7 " + body; }); });
  }
}

TEST_CASE(
    "within a process a server that goes ends the calls to it, and is found when it is back") {
  for (const bool threads : {false, true}) {
    Neighbours pair(threads);
    pair.link();
    const Outcome& kept = pair.a->call("b", "math.keep", 1);
    pair.world.run_until([&] { return pair.is([&] { return pair.b->kept.size() == 1; }); });
    pair.there([&] { pair.b.reset(); });
    pair.world.run_until([&] { return kept.times == 1; });
    CHECK(kept.status == code::kServerLost);
    pair.make_b(2);
    pair.world.run_until([&] { return pair.a->linked("b"); });
    const Outcome& again = pair.a->call("b", "math.twice", 4);
    pair.world.run_until([&] { return again.times == 1; });
    CHECK(again.value == 8);
  }
}
