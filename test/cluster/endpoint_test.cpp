#include "cluster/endpoint.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "cluster/memory_network.h"
#include "cluster/party.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

namespace {

const net::Address kAny{"127.0.0.1", 0};

// Two servers, of which `a` dials `b`.
struct Two {
  explicit Two(std::uint64_t seed = 1) : world(seed) {}
  void link() {
    REQUIRE(b.endpoint->listen(kAny).ok());
    a.endpoint->dial("b", b.endpoint->address());
    world.loop().settle();
    REQUIRE(a.linked("b"));
    REQUIRE(b.linked("a"));
  }
  MemoryHost world;
  Party a{world.host(), "a"}, b{world.host(), "b"};
};

// A peer that knows nothing but the address.
struct Stranger final : net::StreamEvents {
  Stranger(MemoryHost& world, const net::Address& address, std::string says)
      : says(std::move(says)) {
    connecting = world.host().network.connect(address, 1s,
                                              [this](Result<std::unique_ptr<net::Stream>> result) {
                                                stream = std::move(result).value();
                                                stream->set_events(*this);
                                                stream->write(this->says);
                                              });
    world.loop().settle();
  }
  void on_bytes(std::span<char> bytes) override { heard.append(bytes.data(), bytes.size()); }
  void on_end() override { ended = true; }

  std::string says, heard;
  bool ended = false;
  std::unique_ptr<net::Connecting> connecting;
  std::unique_ptr<net::Stream> stream;
};

}  // namespace

TEST_CASE("two endpoints link once and call each other in both directions") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Two two(seed);
    two.link();
    CHECK(two.a.events == std::vector<std::string>{"up b"});
    CHECK(two.b.events == std::vector<std::string>{"up a"});
    const Outcome &there = two.a.call("b", "math.twice", 21),
                  &back = two.b.call("a", "math.twice", 4);
    CHECK(there.times == 0);
    two.world.loop().settle();
    CHECK(there.status == code::kOk);
    CHECK(there.value == 42);
    CHECK(back.value == 8);
  }
}

TEST_CASE("each side knows what the other says of itself") {
  Two two;
  two.link();
  Link& link = *two.a.endpoint->find("b");
  CHECK(link.peer().id == "b");
  CHECK(link.peer().incarnation == 1);
  CHECK(link.peer().build == "test");
  CHECK(link.handler_code("chat.say") == RouteCode{0});
  CHECK(link.remote_code("math.keep") == RouteCode{1});
  CHECK(!link.remote_code("chat.say"));
  CHECK(!link.handler_code("math.keep"));
}

TEST_CASE("who does not know the secret never gets a link and reaches no receiver") {
  MemoryHost world;
  Party a(world.host(), "a", 1, "wrong"), b(world.host(), "b", 1, "right");
  REQUIRE(b.endpoint->listen(kAny).ok());
  a.endpoint->dial("b", b.endpoint->address());
  world.loop().pass(5s);
  CHECK(a.events.empty());
  CHECK(b.events.empty());
  CHECK(!a.linked("b"));
  CHECK(!b.linked("a"));
  CHECK(b.log->count("wrong proof") >= 1);
  CHECK(a.log->count("closed the connection without a proof: another secret") >= 1);
  CHECK(a.log->count("did not become a link") <= 6);
  CHECK(world.network().attempts > 5);
  CHECK(world.network().attempts < 20);
}

TEST_CASE("an endpoint that retires closes its links; nobody links to it again, nor it to others") {
  Two two;
  two.link();
  MemoryHost& world = two.world;
  Party c(world.host(), "c");
  REQUIRE(c.endpoint->listen(kAny).ok());
  two.b.endpoint->retire("it stops");
  two.b.endpoint->retire("it stops");
  two.b.endpoint->dial("c", c.endpoint->address());
  const int attempts = world.network().attempts;
  world.loop().pass(5s);
  CHECK(two.a.count("down b") == 1);
  CHECK(two.b.count("down a") == 1);
  CHECK(world.network().attempts > attempts);  // of the other side, in vain
  CHECK(two.a.count("up b") == 1);
  CHECK(c.events.empty());
  CHECK(two.a.log->count("did not become a link") == 0);
  CHECK(two.b.log->count("did not become a link") == 0);
}

TEST_CASE("an endpoint without a secret neither listens nor links") {
  MemoryHost world;
  Party a(world.host(), "a", 1, ""), b(world.host(), "b", 1, "");
  CHECK(!a.endpoint->listen(kAny).ok());
  Party c(world.host(), "c", 1, "secret");
  REQUIRE(c.endpoint->listen(kAny).ok());
  b.endpoint->dial("c", c.endpoint->address());
  world.loop().pass(3s);
  CHECK(b.events.empty());
}

TEST_CASE("garbage closes its own connection without an answer and leaves links alone") {
  Two two;
  two.link();
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    std::string garbage(1 + random() % 3000, '\0');
    for (char& byte : garbage) byte = static_cast<char>(random());
    Stranger stranger(two.world, two.b.endpoint->address(), garbage);
    two.world.loop().pass(2100ms);
    CHECK(stranger.ended);
    CHECK(stranger.heard.empty());
  }
  CHECK(two.b.events == std::vector<std::string>{"up a"});
  CHECK(two.b.calls == 0);
  const Outcome& outcome = two.a.call("b", "math.twice", 1);
  two.world.loop().settle();
  CHECK(outcome.value == 2);
}

TEST_CASE("who connects and says nothing is closed after two seconds") {
  Two two;
  REQUIRE(two.b.endpoint->listen(kAny).ok());
  Stranger stranger(two.world, two.b.endpoint->address(), "");
  two.world.loop().pass(1990ms);
  CHECK(!stranger.ended);
  two.world.loop().pass(20ms);
  CHECK(stranger.ended);
}

TEST_CASE("a flood of silent connections does not keep a server out") {
  Two two;
  REQUIRE(two.b.endpoint->listen(kAny).ok());
  std::vector<std::unique_ptr<Stranger>> strangers;
  for (int i = 0; i < 200; ++i)
    strangers.push_back(std::make_unique<Stranger>(two.world, two.b.endpoint->address(), ""));
  const auto closed =
      std::count_if(strangers.begin(), strangers.end(), [](const auto& one) { return one->ended; });
  CHECK(closed == 200 - 64);
  two.a.endpoint->dial("b", two.b.endpoint->address());
  two.world.loop().settle();
  CHECK(two.a.linked("b"));
}

TEST_CASE("a lost peer ends its waiting calls with 522, once, and the link comes back by itself") {
  Two two;
  two.link();
  const Outcome &first = two.a.call("b", "math.keep", 1), &second = two.a.call("b", "math.keep", 2);
  two.world.loop().settle();
  REQUIRE(two.b.kept.size() == 2);
  const net::Address address = two.b.endpoint->address();
  two.b.endpoint.reset();
  two.world.loop().settle();
  CHECK(first.status == code::kServerLost);
  CHECK(second.status == code::kServerLost);
  CHECK(two.a.events == std::vector<std::string>{"up b", "down b"});
  two.b.kept.clear();

  Party again(two.world.host(), "b", 2);
  REQUIRE(again.endpoint->listen(address).ok());
  two.world.loop().pass(1100ms);
  CHECK(two.a.linked("b"));
  CHECK(first.times == 1);
  CHECK(second.times == 1);
}

TEST_CASE("a peer that falls silent is given up after three seconds of silence") {
  Two two;
  two.link();
  const Outcome& outcome = two.a.call("b", "math.keep", 1, 60s);
  two.world.loop().pass(10s);
  CHECK(two.a.linked("b"));  // an idle link lives by pings
  two.b.kept.clear();
  two.world.loop().settle();
  CHECK(outcome.status == code::kFailed);

  const Outcome& lost = two.a.call("b", "math.keep", 1, 60s);
  two.world.loop().settle();
  for (const auto& cable : two.world.network().cables()) cable->broken = true;
  two.world.loop().pass(2999ms);
  CHECK(two.a.count("down b") == 0);
  two.world.loop().pass(251ms);
  CHECK(two.a.count("down b") == 1);
  CHECK(two.b.count("down a") == 1);
  CHECK(lost.status == code::kServerLost);
}

TEST_CASE("a link lives on while one side has much to say and the other only listens") {
  Two two;
  two.link();
  for (const auto& cable : two.world.network().cables()) cable->pace = 100;
  const std::string body(1000, 'x');
  for (int i = 0; i < 400; ++i) {
    FrameWriter frame(two.a.endpoint->find("b")->output());
    frame.push({PushScope::all, "r", {}, {}});
    frame.body().append(body);
    frame.finish();
  }
  two.world.loop().pass(7s);
  const std::size_t half = two.b.count("push " + body);
  CHECK(half > 100);
  CHECK(half < 400);  // so a ping of that time is still to come
  two.world.loop().pass(7s);
  CHECK(two.b.count("push " + body) == 400);
  CHECK(two.a.count("down b") == 0);
  CHECK(two.b.count("down a") == 0);
}

TEST_CASE("a process that was stalled itself does not give its peers up") {
  Two two;
  two.link();
  for (int i = 0; i < 5; ++i) two.world.loop().stall(4s);
  two.world.loop().pass(1s);
  CHECK(two.a.count("down b") == 0);
  CHECK(two.b.count("down a") == 0);
}

TEST_CASE("a refused connection is tried again ever more rarely and is not worth a warning") {
  Two two;
  two.a.endpoint->dial("b", {"127.0.0.1", 1});
  two.world.loop().pass(10s);
  CHECK(two.world.network().attempts >= 12);
  CHECK(two.world.network().attempts <= 30);
  CHECK(two.a.log->count("WARN") == 0);
  CHECK(two.a.log->count("cannot reach") == 1);
}

TEST_CASE("an older incarnation is refused, even when the newer has no link any more") {
  MemoryHost world;
  Party b(world.host(), "b");
  REQUIRE(b.endpoint->listen(kAny).ok());
  {
    Party a(world.host(), "a", 5);
    a.endpoint->dial("b", b.endpoint->address());
    world.loop().settle();
    CHECK(b.endpoint->find("a")->peer().incarnation == 5);
    Party old(world.host(), "a", 4);
    old.endpoint->dial("b", b.endpoint->address());
    world.loop().pass(3s);
    CHECK(!old.linked("b"));
    CHECK(old.events.empty());
    CHECK(b.endpoint->find("a")->peer().incarnation == 5);
  }
  Party old(world.host(), "a", 4);
  old.endpoint->dial("b", b.endpoint->address());
  world.loop().pass(3s);
  CHECK(!old.linked("b"));
  CHECK(b.events == std::vector<std::string>{"up a", "down a"});
}

TEST_CASE("a newer incarnation takes the place of the older one") {
  MemoryHost world;
  Party b(world.host(), "b"), old(world.host(), "a", 4), fresh(world.host(), "a", 5);
  REQUIRE(b.endpoint->listen(kAny).ok());
  old.endpoint->dial("b", b.endpoint->address());
  world.loop().settle();
  const Outcome& outcome = b.call("a", "math.keep", 1);
  fresh.endpoint->dial("b", b.endpoint->address());
  world.loop().settle();
  CHECK(b.endpoint->find("a")->peer().incarnation == 5);
  CHECK(b.events == std::vector<std::string>{"up a", "down a", "up a"});
  CHECK(outcome.status == code::kServerLost);
  world.loop().pass(3s);
  CHECK(b.events.size() == 3);
  CHECK(fresh.linked("b"));
  CHECK(!old.linked("b"));
}

TEST_CASE("a fence resets the link of an older incarnation and keeps it out") {
  Two two;
  two.link();
  two.b.endpoint->fence("a", 1);
  CHECK(two.b.linked("a"));
  two.b.endpoint->fence("a", 2);
  CHECK(!two.b.linked("a"));
  CHECK(two.b.count("down a") == 0);  // not from inside
  two.world.loop().pass(3s);
  CHECK(two.b.count("down a") == 1);
  CHECK(!two.b.linked("a"));
  CHECK(!two.a.linked("b"));
}

TEST_CASE("a dialler that lost its link without our knowledge gets a new one in its place") {
  Two two;
  two.link();
  for (const auto& cable : two.world.network().cables()) cable->broken = true;
  two.a.endpoint->find("b")->reset("as the test wants");
  two.world.loop().pass(200ms);
  CHECK(two.a.linked("b"));
  CHECK(two.b.events == std::vector<std::string>{"up a", "down a", "up a"});
}

TEST_CASE("two that dial each other end up with one link, dialled by the smaller id") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Two two(seed);
    REQUIRE(two.a.endpoint->listen(kAny).ok());
    REQUIRE(two.b.endpoint->listen(kAny).ok());
    if (seed % 2 == 0) two.b.endpoint->dial("a", two.a.endpoint->address());
    two.a.endpoint->dial("b", two.b.endpoint->address());
    if (seed % 2 != 0) two.b.endpoint->dial("a", two.a.endpoint->address());
    two.world.loop().pass(3s);
    CHECK(two.a.linked("b"));
    CHECK(two.b.linked("a"));
    CHECK(two.world.network().cables().size() == 1);
    CHECK(two.a.count("up b") == two.a.count("down b") + 1);
    const Outcome& outcome = two.a.call("b", "math.twice", 2);
    two.world.loop().settle();
    CHECK(outcome.value == 4);
  }
}

TEST_CASE("who is not the one that was dialled gets no link") {
  MemoryHost world;
  Party a(world.host(), "a"), c(world.host(), "c");
  REQUIRE(c.endpoint->listen(kAny).ok());
  a.endpoint->dial("b", c.endpoint->address());
  world.loop().pass(1s);
  CHECK(!a.linked("b"));
  CHECK(!a.linked("c"));
  CHECK(c.events.empty());
  CHECK(a.log->count("not the server that was dialled") >= 1);
}

TEST_CASE("nobody links to itself or to another of its own id") {
  MemoryHost world;
  Party a(world.host(), "a"), twin(world.host(), "a", 7);
  REQUIRE(a.endpoint->listen(kAny).ok());
  const int before = world.network().attempts;
  a.endpoint->dial("a", a.endpoint->address());
  CHECK(world.network().attempts == before);
  twin.endpoint->dial("a", a.endpoint->address());
  world.loop().pass(1s);
  CHECK(a.events.empty());
  CHECK(twin.events.empty());
}

TEST_CASE("a forgotten peer is not dialled again and its link goes down") {
  Two two;
  two.link();
  two.a.endpoint->forget("b");
  CHECK(!two.a.linked("b"));
  CHECK(two.a.count("down b") == 0);
  two.world.loop().pass(3s);
  CHECK(two.a.count("down b") == 1);
  CHECK(two.b.count("down a") == 1);
  CHECK(two.world.network().attempts == 1);
}

TEST_CASE("a peer that moved is dialled at its new address") {
  Two two;
  two.a.endpoint->dial("b", {"127.0.0.1", 1});
  two.world.loop().pass(50ms);
  REQUIRE(two.b.endpoint->listen(kAny).ok());
  two.a.endpoint->dial("b", two.b.endpoint->address());
  two.world.loop().settle();
  CHECK(two.a.linked("b"));
}

TEST_CASE("links are visited in order of ids, those about to go are left out") {
  MemoryHost world;
  Party hub(world.host(), "hub"), z(world.host(), "z"), y(world.host(), "y"), x(world.host(), "x");
  REQUIRE(hub.endpoint->listen(kAny).ok());
  for (Party* party : {&z, &y, &x}) party->endpoint->dial("hub", hub.endpoint->address());
  world.loop().settle();
  hub.endpoint->find("y")->close("test");
  std::string ids;
  hub.endpoint->for_each([&](Link& link) { ids += link.peer().id; });
  CHECK(ids == "xz");
}

TEST_CASE("an endpoint that is destroyed calls no receiver but ends what waits") {
  Two two;
  two.link();
  const Outcome& outcome = two.a.call("b", "math.keep", 1);
  two.world.loop().settle();
  two.a.endpoint.reset();
  CHECK(outcome.status == code::kServerLost);
  CHECK(two.a.count("down b") == 0);
  two.world.loop().settle();
  CHECK(two.b.count("down a") == 1);
}

TEST_CASE("the port of another endpoint cannot be listened on") {
  Two two;
  REQUIRE(two.b.endpoint->listen(kAny).ok());
  const auto taken = two.a.endpoint->listen(two.b.endpoint->address());
  REQUIRE(!taken.ok());
  CHECK(taken.error().code == net::Network::kPortTaken);
}
