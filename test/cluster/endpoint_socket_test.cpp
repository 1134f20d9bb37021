#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "cluster/endpoint.h"
#include "cluster/mesh.h"
#include "cluster/party.h"
#include "net/loopback.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

namespace {

struct World {
  void link() {
    REQUIRE(b.endpoint->listen({"127.0.0.1", 0}).ok());
    a.endpoint->dial("b", b.endpoint->address());
    real.run_until([this] { return a.linked("b") && b.linked("a"); });
  }
  net::Loopback real;
  Party a{real.host(), "a"}, b{real.host(), "b"};
};

}  // namespace

TEST_CASE("over real sockets two endpoints prove themselves and call each other") {
  World world;
  world.link();
  const Outcome &there = world.a.call("b", "math.twice", 21),
                &back = world.b.call("a", "math.twice", 3);
  world.real.run_until([&] { return there.times == 1 && back.times == 1; });
  CHECK(there.value == 42);
  CHECK(back.value == 6);
}

TEST_CASE("over real sockets thousands of calls at once all come back in order") {
  World world;
  world.link();
  std::vector<const Outcome*> outcomes;
  for (int i = 0; i < 5000; ++i) outcomes.push_back(&world.a.call("b", "math.twice", i));
  world.real.run_until([&] { return world.a.rpc.pending() == 0; });
  for (int i = 0; i < 5000; ++i) REQUIRE(outcomes[static_cast<std::size_t>(i)]->value == 2 * i);
}

TEST_CASE("over real sockets a frame of megabytes arrives whole") {
  World world;
  world.link();
  FrameWriter frame(world.a.endpoint->find("b")->output());
  frame.request({0, 0, 7, 0, 0, {}});
  const std::string body(7'000'000, 'x');
  frame.body().append(body);
  REQUIRE(frame.finish());
  world.real.run_until([&] { return world.b.events.size() == 2; });
  CHECK(world.b.events[1] == "request 7 " + body);
}

TEST_CASE("over real sockets a server that goes away ends its calls and comes back") {
  World world;
  world.link();
  const Outcome& kept = world.a.call("b", "math.keep", 1);
  world.real.run_until([&] { return world.b.kept.size() == 1; });
  const net::Address address = world.b.endpoint->address();
  world.b.endpoint.reset();
  world.real.run_until([&] { return kept.times == 1; });
  CHECK(kept.status == code::kServerLost);
  Party again(world.real.host(), "b", 2);
  REQUIRE(again.endpoint->listen(address).ok());
  world.real.run_until([&] { return world.a.linked("b"); });
  CHECK(world.a.endpoint->find("b")->peer().incarnation == 2);
}

TEST_CASE("over real sockets a wrong secret links nobody") {
  net::Loopback real;
  Party a(real.host(), "a", 1, "wrong"), b(real.host(), "b", 1, "right");
  REQUIRE(b.endpoint->listen({"127.0.0.1", 0}).ok());
  a.endpoint->dial("b", b.endpoint->address());
  real.run_until([&] { return b.log->count("wrong proof") > 0 && a.log->count("closed") > 0; });
  CHECK(a.events.empty());
  CHECK(b.events.empty());
}

TEST_CASE("over real sockets a closing link still delivers what was written to it") {
  World world;
  world.link();
  Link& link = *world.a.endpoint->find("b");
  for (SessionId session = 1; session <= 1000; ++session) {
    FrameWriter frame(link.output());
    frame.closed(session);
    frame.finish();
  }
  link.close("test");
  world.real.run_until([&] { return world.b.count("down a") == 1; });
  CHECK(world.b.count("closed 1000") == 1);
}
