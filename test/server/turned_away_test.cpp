#include "server/turned_away.h"

#include <doctest/doctest.h>

#include "server/counted_gate.h"

// What clients are told for whom there is no room.

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using Wishes = Settings::Connector;

namespace {

constexpr std::string_view kUpgrade = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n";

// A gate for one, who is in.
struct Full : CountedGate {
  explicit Full(std::size_t most = 1)
      : CountedGate([most](Wishes& connector) { connector.limits.connections = most; }) {
    for (std::size_t i = 0; i < most; ++i) in = &join("connector-1");
  }
  TestClient* in = nullptr;
};

}  // namespace

TEST_CASE("who speaks HTTP is told 503, also byte by byte, and closed") {
  Full town;
  for (const bool whole : {true, false}) {
    TestClient& client = town.connect("connector-1");
    if (whole)
      town.send(client, kUpgrade);
    else
      for (const char byte : kUpgrade) town.send(client, std::string_view(&byte, 1));
    CHECK(client.text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    CHECK(client.text.find("Connection: close\r\n") != std::string::npos);
    CHECK(client.ended);
  }
  CHECK(town.count(Count::refused_full) == 2);
  CHECK(town.serves(*town.in));
}

TEST_CASE("a WebSocket client is told 503") {
  Full town;
  TestClient& client = town.connect("connector-1", Over::websocket);
  CHECK(client.ended);
  CHECK(town.server().connections() == 1);
}

TEST_CASE("who speaks Pomelo's packages is told 503 in a handshake") {
  Full town;
  TestClient& client = town.connect("connector-1");
  client.handshake();
  town.settle();
  CHECK(client.heard == std::vector<std::string>{R"(handshake {"code":503})"});
  CHECK(client.ended);
}

TEST_CASE("who says nothing, or what nobody understands, is closed") {
  Full town;
  TestClient& odd = town.connect("connector-1");
  town.send(odd, "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n");
  CHECK(odd.ended);
  TestClient& silent = town.connect("connector-1");
  town.pass(999);
  CHECK(!silent.ended);
  town.pass(1);
  CHECK(silent.ended);
  TestClient& gone = town.connect("connector-1");
  town.hang_up(gone);
  town.pass(5000);
}

TEST_CASE("of many at once the oldest go untold, and none is let in for that") {
  Full town(100);  // of whom an eighth
  std::vector<TestClient*> late;
  for (int i = 0; i < 20; ++i) late.push_back(&town.connect("connector-1"));
  const auto closed = std::count_if(late.begin(), late.end(), [](auto* one) { return one->ended; });
  CHECK(closed == 8);
  CHECK(std::all_of(late.begin(), late.begin() + 8, [](auto* one) { return one->ended; }));
  late.back()->handshake();
  town.settle();
  CHECK(late.back()->heard.size() == 1);
  CHECK(town.server().connections() == 100);
  town.pass(1000);
  CHECK(std::all_of(late.begin(), late.end(), [](auto* one) { return one->ended; }));
}

TEST_CASE("who is blocked, or one too many from his address, hears nothing and waits for nothing") {
  CountedGate town([](Wishes& connector) {
    connector.limits.trusted = {};
    connector.limits.per_address = 1;
  });
  town.join("connector-1");
  TestClient& second = town.connect("connector-1");
  CHECK(second.ended);
  CHECK(town.count(Count::refused_per_address) == 1);
}

TEST_CASE("a server that stops does not wait for those it turned away") {
  Full town;
  town.connect("connector-1");
  bool stopped = false;
  town.server().stop([&] { stopped = true; });
  town.hang_up(*town.in);
  town.pass(100);
  CHECK(stopped);
}
