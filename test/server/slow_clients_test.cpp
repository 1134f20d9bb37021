#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/counted_gate.h"

// What waits for clients that do not read, and what becomes of them.

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using Wishes = Settings::Connector;
using WhenSlow = Wishes::WhenSlow;

namespace {

struct SlowGate : CountedGate {
  using CountedGate::CountedGate;

  void push(std::string_view route, const Json& message) {
    server().channels().broadcast("connector", route, message);
  }
  // A push that makes so many bytes of output.
  void push_bytes(std::size_t bytes) {
    constexpr std::size_t kAround = 4 + 1 + 1 + 3 + 2;  // package, flag, route, quotes
    push("pad", Json(std::string(bytes - kAround, 'p')));
  }
  TestClient& deaf(Over over = Over::tcp) {
    TestClient& client = join("connector-1", over);
    wire(client).stop_reading();
    return client;
  }
};

std::function<void(Wishes&)> slow(WhenSlow what) {
  return [what](Wishes& connector) {
    connector.limits.queued_soft = 100;
    connector.when_slow = {{"state", what}, {"other", what}};
  };
}

}  // namespace

TEST_CASE("limits.queued_soft: at it nothing is held back, beyond it the route's wish is done") {
  for (const std::size_t bytes : {99u, 100u, 101u}) {
    for (const auto what : {WhenSlow::drop, WhenSlow::disconnect}) {
      SlowGate town(slow(what));
      TestClient& client = town.deaf();
      town.push_bytes(bytes);
      town.settle();
      town.push("state", 1);
      town.settle();
      const bool over = bytes > 100;
      CHECK(town.count(Count::dropped_pushes) == (over && what == WhenSlow::drop ? 1 : 0));
      CHECK(town.count(Count::queue_full) == (over && what == WhenSlow::disconnect ? 1 : 0));
      town.wire(client).read_on();
      town.settle();
      CHECK(client.ended == (over && what == WhenSlow::disconnect));
      CHECK(client.count("push state") == (over ? 0 : 1));
      CHECK(client.count("push pad") == 1);
    }
  }
}

TEST_CASE("queued_soft: a route without a wish is kept, and so is all without the limit") {
  for (const bool lifted : {false, true}) {
    SlowGate town([&](Wishes& connector) {
      slow(lifted ? WhenSlow::drop : WhenSlow::keep)(connector);
      if (lifted) connector.limits.queued_soft = 0;
    });
    TestClient& client = town.deaf();
    town.push_bytes(200);
    for (int i = 0; i < 5; ++i) town.push("state", i);
    town.settle();
    town.wire(client).read_on();
    town.settle();
    CHECK(client.count("push state") == 5);
    CHECK(town.refusals() == 0);
  }
}

TEST_CASE("keep_latest: of each route the newest comes when there is room, in order, and once") {
  SlowGate town(slow(WhenSlow::keep_latest));
  TestClient& client = town.deaf();
  TestClient& good = town.join("connector-1");
  town.push_bytes(200);
  town.settle();
  for (int i = 1; i <= 5; ++i) town.push("state", i), town.push("other", i);
  town.push("state", 6);
  town.push("plain", 7);
  town.settle();
  CHECK(client.count("push") == 0);
  town.wire(client).read_on();
  town.settle();
  client.heard.erase(client.heard.begin(), client.heard.begin() + 2);  // handshake, pad
  CHECK(client.heard == std::vector<std::string>{"push plain 7", "push other 5", "push state 6"});
  CHECK(good.count("push state") == 6);
  town.push("state", 8);
  town.settle();
  CHECK(client.heard.back() == "push state 8");
  CHECK(client.count("push state") == 2);
}

TEST_CASE("keep_latest: a newer push never overtakes an older one of its route") {
  SlowGate town(slow(WhenSlow::keep_latest));
  TestClient& client = town.deaf();
  town.push_bytes(200);
  town.settle();
  town.push("state", "old");
  town.settle();
  town.wire(client).read_some(150);  // room, but not all is gone
  town.settle();
  town.push("state", "new");
  town.settle();
  town.wire(client).read_on();
  town.settle();
  CHECK(client.count("push state") == 1);
  CHECK(client.heard.back() == R"(push state "new")");
}

// The kernel takes all of it when the turn ends, so nothing will ever drain.
TEST_CASE("keep_latest: a burst of one turn to a client that reads is not held back for ever") {
  SlowGate town(slow(WhenSlow::keep_latest));
  TestClient& client = town.join("connector-1");
  town.push_bytes(200);
  for (int i = 1; i <= 3; ++i) town.push("state", i);
  town.settle();
  CHECK(client.heard.back() == "push state 3");
}

TEST_CASE("limits.queued: so much may wait behind the longest message, one byte more may not") {
  for (const std::size_t more : {999u, 1000u, 1001u}) {
    for (const bool lifted : {false, true}) {
      SlowGate town([&](Wishes& connector) { connector.limits.queued = lifted ? 0 : 1000; });
      TestClient& client = town.deaf(Over::tcp);
      town.push_bytes(5000);
      town.settle();
      CHECK(town.server().connections() == 1);
      town.push_bytes(more - 500);
      town.push_bytes(500);
      town.settle();
      CHECK(town.count(Count::queue_full) == (more > 1000 && !lifted ? 1 : 0));
      town.wire(client).read_on();
      town.settle();
      CHECK(client.ended == (more > 1000 && !lifted));
    }
  }
}

TEST_CASE("limits.queued: a burst of one turn is no slow client") {
  SlowGate town([](Wishes& connector) { connector.limits.queued = 1000; });
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 9; ++i) town.push_bytes(500);
  town.settle();
  CHECK(client.count("push pad") == 9);
  CHECK(town.serves(client));
  for (int i = 0; i < 10; ++i) town.push_bytes(500);  // but four times as much is not waited for
  town.settle();
  CHECK(client.ended);
  CHECK(town.count(Count::queue_full) == 1);
}

TEST_CASE("limits.queued: a logout does not end the watch") {
  SlowGate town([](Wishes& connector) { connector.limits.queued = 1000; });
  TestClient& client = town.deaf();
  town.push_bytes(500);
  town.push_bytes(1001);
  auto session = town.server().sessions().find((SessionId{1} << 32) + 1);
  REQUIRE(session);
  session->logout();
  town.push_bytes(1001);
  town.settle();
  CHECK(town.count(Count::queue_full) == 1);
  town.wire(client).read_on();
  town.settle();
  CHECK(client.ended);
}

TEST_CASE(
    "limits.queued_all: the one with the most waiting goes, with 1013, and as few as can be") {
  SlowGate town([](Wishes& connector) { connector.limits.queued_all = 3000; });
  std::vector<TestClient*> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(&town.deaf(Over::websocket));
  town.wire(*clients[1]).read_on();
  const auto frame = [](std::size_t bytes) { return bytes - 4; };  // with its header
  town.push_bytes(frame(1500));
  town.settle();
  CHECK(town.count(Count::all_queues_full) == 0);  // 3000 wait for two
  for (TestClient* client : clients) CHECK(!client->ended);
  const auto id = clients[2]->request("connector.h.echo", "1");
  town.settle();
  CHECK(town.count(Count::all_queues_full) == 1);
  CHECK(town.serves(*clients[1]));
  for (TestClient* client : {clients[0], clients[2]}) town.wire(*client).read_on();
  town.settle();
  CHECK(clients[2]->ended);  // it had an answer more
  CHECK(clients[2]->heard.back() == "close 1013");
  CHECK(clients[2]->answer(id) == "1");
  CHECK(town.serves(*clients[0]));
  CHECK(town.count(Count::all_queues_full) == 1);
}

TEST_CASE("limits.queued_all: at 92 % nobody new comes in, until they have read") {
  SlowGate town([](Wishes& connector) { connector.limits.queued_all = 10'000; });
  TestClient& client = town.deaf();
  town.push_bytes(9200 - 4);
  town.settle();
  town.push_bytes(100);
  town.settle();
  CHECK(town.join("connector-1").ended);
  CHECK(town.count(Count::refused_pressed) == 1);
  town.wire(client).read_on();
  town.settle();
  CHECK(town.serves(town.join("connector-1")));
  CHECK(town.count(Count::refused_pressed) == 1);
}

TEST_CASE("limits.queued_all: at 95 % who has much to read is spared what may be spared") {
  SlowGate town([](Wishes& connector) {
    connector.limits.queued_all = 110'000;
    connector.when_slow = {{"chatter", WhenSlow::drop}, {"state", WhenSlow::keep_latest}};
  });
  TestClient& deaf = town.deaf();
  TestClient& slow = town.deaf();
  TestClient& good = town.join("connector-1");
  town.wire(slow).read_on();
  town.push_bytes(94'000);
  town.settle();
  town.wire(slow).stop_reading();
  town.push_bytes(5000);  // for slow as well, far below what one may have
  town.settle();
  town.push_bytes(1000);
  for (const char* route : {"chatter", "state", "state", "word"}) town.push(route, 1);
  town.settle();
  CHECK(town.count(Count::dropped_pushes) == 2);
  CHECK(good.count("push chatter") == 1);
  CHECK(good.count("push state") == 2);
  CHECK(town.count(Count::queue_full) == 0);
  for (TestClient* client : {&slow, &deaf}) {
    town.wire(*client).read_on();
    town.settle();
    CHECK_FALSE(client->ended);
    CHECK(client->count("push pad") == 3);
    CHECK(client->count("push chatter") == 0);
    CHECK(client->count("push state") == 1);
    CHECK(client->count("push word") == 1);
  }
  const auto id = good.request("connector.h.echo", "1");
  town.settle();
  CHECK(good.answer(id) == "1");
}

TEST_CASE("limits.queued_all: lifted") {
  SlowGate town([](Wishes& connector) { connector.limits.queued_all = 0; });
  for (int i = 0; i < 3; ++i) town.deaf();
  for (int i = 0; i < 10; ++i) town.push_bytes(20'000);
  town.settle();
  CHECK(town.server().connections() == 3);
}

TEST_CASE("limits.write_stall: who takes nothing for so long is closed, to the millisecond") {
  SlowGate town;
  TestClient& client = town.deaf();
  town.pass(60'000);  // nothing waits: no stall
  CHECK(town.refusals() == 0);
  town.push("state", 1);
  town.pass(4999);
  CHECK(town.count(Count::write_stalled) == 0);
  town.pass(1);
  CHECK(town.count(Count::write_stalled) == 1);
  CHECK(!client.ended);
  town.pass(2000);  // the close does not wait for ever, either
  CHECK(town.server().connections() == 0);
}

TEST_CASE("limits.write_stall: who takes a KiB each second is slow, not stalled") {
  SlowGate town;
  TestClient& client = town.deaf();
  for (int i = 0; i < 2; ++i) town.push_bytes(50'000);
  for (int i = 0; i < 60; ++i) {
    town.pass(1000);
    town.wire(client).read_some(1300);
  }
  CHECK(town.refusals() == 0);
  town.pass(10'000);
  CHECK(town.count(Count::write_stalled) == 1);
}

TEST_CASE("limits.write_stall: who takes a byte each second is closed within ten seconds") {
  SlowGate town;
  TestClient& client = town.deaf();
  town.push_bytes(1000);
  int seconds = 0;
  for (; seconds < 60 && town.count(Count::write_stalled) == 0; ++seconds) {
    town.wire(client).read_some(1);
    town.pass(1000);
  }
  CHECK(seconds <= 10);
  CHECK(town.refusals() == 1);
}

TEST_CASE("limits.write_stall: lifted") {
  SlowGate town([](Wishes& connector) {
    connector.limits.write_stall = 0ms;
    connector.limits.idle = 0s;
  });
  TestClient& client = town.deaf();
  town.push("state", 1);
  town.pass(300'000);
  CHECK(!client.ended);
  CHECK(town.refusals() == 0);
}

TEST_CASE("a client that reads is never stalled, however it is spoken to") {
  SlowGate town;
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 40; ++i) {
    town.push("state", i);
    town.pass(i % 2 == 0 ? 4999 : 5001);
    CHECK(town.serves(client));
  }
  CHECK(town.refusals() == 0);
}

TEST_CASE("W31: who pings within the limit and never reads is closed, with little waiting for it") {
  for (const bool heartbeats : {false, true}) {
    SlowGate town([&](Wishes& connector) {
      if (heartbeats) connector.heartbeat = 60s;
    });
    TestClient& client = town.deaf(heartbeats ? Over::tcp : Over::websocket);
    const std::string control = heartbeats ? package_of(protocol::PackageType::heartbeat, "")
                                           : frame_of(kPing, std::string(125, 'x'));
    int ms = 0;
    for (; ms < 20'000 && town.count(Count::write_stalled) == 0; ms += 100) {
      town.send(client, control);
      town.pass(100);
    }
    CHECK(ms <= 5000);
    CHECK(town.count(Count::write_stalled) == 1);
  }
}

TEST_CASE("W31: pongs that are not read count as what waits") {
  SlowGate town([](Wishes& connector) {
    connector.limits.controls_per_second = 0;
    connector.limits.queued = 10'000;
  });
  TestClient& client = town.deaf(Over::websocket);
  for (int i = 0; i < 1000; ++i) town.send(client, frame_of(kPing, std::string(125, 'x')));
  CHECK(town.count(Count::queue_full) == 1);
}

TEST_CASE(
    "fifty who do not read are closed soon, and the others hear every push in order meanwhile") {
  SlowGate town;
  std::vector<TestClient*> slow, good;
  for (int i = 0; i < 50; ++i) slow.push_back(&town.deaf(i % 2 == 0 ? Over::tcp : Over::websocket));
  for (int i = 0; i < 4; ++i) good.push_back(&town.join("connector-1"));
  const std::string filler(1024, 'w');
  int number = 0;
  for (int ms = 1; ms <= 1500; ++ms) {
    town.push("word", Json({{"n", ++number}, {"text", filler}}));
    town.pass(1);
    if (ms % 500 != 0) continue;
    // A byte a second is no reading.
    for (std::size_t i = 0; i < slow.size(); i += 5)
      if (!slow[i]->ended) town.wire(*slow[i]).read_some(1);
    for (TestClient* client : good) CHECK(town.serves(*client));
  }
  CHECK(town.count(Count::queue_full) == 50);
  town.pass(2500);  // a close waits for them as long as that
  CHECK(town.server().connections() == good.size());
  for (TestClient* client : good) {
    int heard = 0;
    for (const std::string& line : client->heard)
      if (line.starts_with("push word"))
        CHECK(line.starts_with("push word {\"n\":" + std::to_string(++heard) + ','));
    CHECK(heard == number);
    CHECK(client->heard.size() < 1600);
  }
}
