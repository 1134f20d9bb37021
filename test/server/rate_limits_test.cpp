#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "server/counted_gate.h"

// How much a client may send in a second, leave unanswered or send too early.

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using protocol::PackageType;
using Wishes = Settings::Connector;

namespace {

constexpr const char* kTooMany = R"({"code":429})";

struct Control {
  const char* name;
  Over over;
  std::string bytes;
};
std::vector<Control> controls() {
  return {
      {"ping", Over::websocket, frame_of(kPing, "x")},
      {"pong", Over::websocket, frame_of(kPong, "x")},
      {"heartbeat", Over::tcp, package_of(PackageType::heartbeat, "")},
      {"heartbeat with a body", Over::tcp, package_of(PackageType::heartbeat, "beat")},
      {"heartbeat in a frame", Over::websocket,
       frame_of(kBinary, package_of(PackageType::heartbeat, ""))},
  };
}

std::string times(std::size_t count, const std::string& bytes) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += bytes;
  return all;
}

}  // namespace

TEST_CASE("limits.controls_per_second: so many pings, pongs or heartbeats a second, for ever") {
  for (const Control& control : controls()) {
    CAPTURE(control.name);
    CountedGate town([](Wishes& connector) { connector.limits.controls_per_second = 10; });
    TestClient& client = town.join("connector-1", control.over);
    for (const std::size_t count : {9u, 10u, 10u}) {
      town.send(client, times(count, control.bytes));
      CHECK(town.serves(client));
      town.pass(1000);
    }
    CHECK(town.refusals() == 0);
    town.send(client, times(11, control.bytes));
    CHECK(client.ended);
    CHECK(town.count(Count::control_flood) == 1);
    if (control.over == Over::websocket) CHECK(client.heard.back() == "close 1008");
  }
}

TEST_CASE("limits.controls_per_second: lifted") {
  for (const Control& control : controls()) {
    CAPTURE(control.name);
    CountedGate town([](Wishes& connector) { connector.limits.controls_per_second = 0; });
    TestClient& client = town.join("connector-1", control.over);
    town.send(client, times(5000, control.bytes));
    CHECK(town.serves(client));
  }
}

TEST_CASE("limits.messages_per_second: the burst passes, one more is told 429, then the rate") {
  CountedGate town([](Wishes& connector) {
    connector.limits.messages_per_second = 100;
    connector.limits.message_burst = 10;
  });
  TestClient& client = town.join("connector-1");
  const auto answers = [&](std::size_t requests) {
    for (std::size_t i = 0; i < requests; ++i) client.request("connector.h.echo", "1");
    town.settle();
    std::string all;
    for (std::size_t i = requests; i-- > 0;)
      all += client.answer(client.last_id - static_cast<std::uint32_t>(i)) == "1" ? '1' : '-';
    return all;
  };
  CHECK(answers(9) == "111111111");
  CHECK(answers(2) == "1-");
  CHECK(client.answer(client.last_id) == kTooMany);
  town.pass(9);
  CHECK(answers(1) == "-");
  town.pass(1);
  CHECK(answers(2) == "1-");
  CHECK(town.count(Count::refused_messages) == 3);
  town.pass(1000);
  CHECK(answers(10) == "1111111111");
  CHECK(town.count(Count::message_flood) == 0);
}

TEST_CASE("a client that does not heed 429 is closed after another burst, notifies count too") {
  for (const std::size_t burst : {10u, 0u}) {  // 0: that of a second
    CountedGate town([&](Wishes& connector) {
      connector.limits.messages_per_second = 10;
      connector.limits.message_burst = burst;
    });
    TestClient& client = town.join("connector-1", Over::websocket);
    for (int i = 0; i < 10; ++i) client.notify("connector.h.echo");
    for (int i = 0; i < 10; ++i) client.request("connector.h.echo");
    town.settle();
    CHECK(!client.ended);
    CHECK(client.count("answer") == 10);
    client.notify("connector.h.echo");
    client.request("connector.h.echo");
    town.settle();
    CHECK(client.ended);
    CHECK(client.heard.back() == "close 1008");
    CHECK(client.count("answer") == 10);
    CHECK(town.count(Count::refused_messages) == 11);
    CHECK(town.count(Count::message_flood) == 1);
  }
}

TEST_CASE("limits.messages_per_second: lifted") {
  CountedGate town([](Wishes& connector) { connector.limits.messages_per_second = 0; });
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 5000; ++i) client.request("connector.h.echo", "1");
  town.settle();
  CHECK(client.count("answer") == 5000);
  CHECK(town.refusals() == 0);
}

TEST_CASE("limits.unanswered: a request beyond it is told 429, notifies are not counted") {
  CountedGate town([](Wishes& connector) { connector.limits.unanswered = 5; });
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 4; ++i) client.request("connector.h.keep");
  for (int i = 0; i < 20; ++i) client.notify("connector.h.keep");
  CHECK(town.ask(client, "connector.h.echo", "1") == "1");
  client.request("connector.h.keep");
  CHECK(town.ask(client, "connector.h.echo", "1") == kTooMany);
  CHECK(town.count(Count::refused_unanswered) == 1);
  town.kept.front()(Json("done"));
  CHECK(town.ask(client, "connector.h.echo", "1") == "1");
  CHECK(town.refusals() == 1);
}

TEST_CASE("limits.unanswered: lifted") {
  CountedGate town([](Wishes& connector) { connector.limits.unanswered = 0; });
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 1900; ++i) client.request("connector.h.keep");
  town.settle();
  CHECK(client.count("answer") == 0);
  CHECK(town.serves(client));
}

TEST_CASE("limits.early_messages: so many before the ack are dropped, one more closes") {
  for (const std::size_t early : {7u, 8u, 9u}) {
    for (const bool after_handshake : {false, true}) {
      for (const Over over : {Over::tcp, Over::websocket}) {
        CountedGate town;
        TestClient& client = town.connect("connector-1", over);
        if (after_handshake) client.handshake();
        for (std::size_t i = 0; i < early; ++i) client.request("connector.h.echo", "1");
        town.settle();
        CHECK(client.ended == (early > 8));
        CHECK(client.count("answer") == 0);
        CHECK(town.count(Count::early_messages) == early);
        if (early > 8) continue;
        if (!after_handshake) client.handshake();
        town.settle();
        client.ack();
        CHECK(town.serves(client));
      }
    }
  }
}

TEST_CASE("limits.early_messages: lifted") {
  CountedGate town([](Wishes& connector) { connector.limits.early_messages = 0; });
  TestClient& client = town.connect("connector-1");
  for (int i = 0; i < 1000; ++i) client.request("connector.h.echo");
  client.handshake();
  town.settle();
  client.ack();
  CHECK(town.serves(client));
  CHECK(town.count(Count::early_messages) == 1000);
}

TEST_CASE("links.calls: so many requests may wait for another server, one more is told 503") {
  for (const bool lifted : {false, true}) {
    std::vector<Reply<Json>> kept;
    Town town;
    town.type("chat").handler("h").on("keep", [&](BackendSession&, const Json&, Reply<Json> reply) {
      kept.push_back(std::move(reply));
    });
    town.frontend("connector-1", "connector");
    town.backend("chat-1", "chat");
    town.start(
        [&](const ServerInfo&, Settings& settings) { settings.links.calls = lifted ? 0 : 3; });
    TestClient& client = town.join("connector-1");
    for (int i = 0; i < 3; ++i) CHECK(town.ask(client, "chat.h.keep") == "");
    CHECK(town.ask(client, "chat.h.keep") == (lifted ? "" : R"({"code":503})"));
    kept.front()(Json("done"));
    town.settle();
    CHECK(town.ask(client, "chat.h.keep") == "");
    CHECK(kept.size() == (lifted ? 5 : 4));
    kept.clear();
    town.settle();
  }
}
