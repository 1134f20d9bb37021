#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "net/temporary_folder.h"
#include "net/tls_test_certificate.h"
#include "server/counted_gate.h"

// Each time that Settings::Connector::Limits bounds: a millisecond before, at it, and lifted. The
// clock is the test's own.

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using protocol::PackageType;
using Wishes = Settings::Connector;

namespace {

std::function<void(Wishes&)> only(void (*set)(Wishes&)) {
  return [set](Wishes& connector) {
    connector.limits.handshake = connector.limits.ack = connector.limits.body_grace = 0ms;
    connector.limits.idle = 0s;
    connector.limits.body_rate = 0;
    if (set != nullptr) set(connector);
  };
}

void ends_at(CountedGate& town, TestClient& client, int ms, Count reason) {
  town.pass(ms - 1);
  CHECK(!client.ended);
  CHECK(town.refusals() == 0);
  town.pass(1);
  CHECK(client.ended);
  CHECK(town.count(reason) == 1);
  CHECK(town.refusals() == 1);
}

// Sends a byte a second as long as there is somebody who takes it. How many seconds that was.
int dribble(CountedGate& town, TestClient& client, const std::string& bytes, int ms = 1000) {
  int passed = 0;
  for (std::size_t i = 0; !client.ended && i < bytes.size(); ++i, passed += ms) {
    town.send(client, bytes.substr(i, 1));
    town.pass(ms);
  }
  return passed / 1000;
}

// Some client of each stage that is not the last.
struct Stage {
  const char* name;
  Over over;
  std::string bytes;
};
std::vector<Stage> before_handshake() {
  return {
      {"nothing", Over::tcp, ""},
      {"the first letter of a verb", Over::tcp, "G"},
      {"half a head", Over::tcp, "GET / HTTP/1.1\r\nHost:"},
      {"an upgrade and nothing more", Over::websocket, ""},
      {"a frame's first byte", Over::websocket, "\x82"},
      {"half a handshake in a frame", Over::websocket,
       frame_of(kBinary, package_of(PackageType::handshake, kHello)).substr(0, 20)},
      {"a package's first byte", Over::tcp, "\x01"},
      {"half a handshake", Over::tcp, package_of(PackageType::handshake, kHello).substr(0, 20)},
  };
}

}  // namespace

TEST_CASE("limits.handshake: from connecting to the whole handshake, whatever came of it") {
  for (const Stage& stage : before_handshake()) {
    CAPTURE(stage.name);
    CountedGate town;
    TestClient& client = town.connect("connector-1", stage.over);
    town.send(client, stage.bytes);
    ends_at(town, client, 5000, Count::late_handshake);
    const bool told = client.text.find("HTTP/1.1 408") != std::string::npos;
    CHECK(told == (std::string(stage.name) == "half a head"));
    CHECK(town.server().connections() == 0);
  }
}

TEST_CASE("limits.handshake: one that is whole a millisecond before is served") {
  CountedGate town;
  TestClient& client = town.connect("connector-1");
  town.pass(4999);
  client.handshake();
  town.settle();
  client.ack();
  CHECK(town.serves(client));
}

TEST_CASE("W10: a head that comes byte by byte is read, one that stalls is told 408") {
  CountedGate town;
  const std::string head =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  TestClient& client = town.connect("connector-1");
  dribble(town, client, head, 10);
  CHECK(client.text.starts_with("HTTP/1.1 101"));
  TestClient& stalled = town.connect("connector-1");
  town.send(stalled, head.substr(0, 40));
  town.pass(5000);
  CHECK(stalled.text.starts_with("HTTP/1.1 408"));
  CHECK(stalled.ended);
}

TEST_CASE("T3: a byte a second is never fast enough, in whichever stage") {
  const std::string much(1000, 'x');
  const struct {
    const char* name;
    Over over;
    bool joined;
    std::string bytes;
    int at_most;
    Count reason;
  } cases[] = {
      {"head", Over::tcp, false, "GET / HTTP/1.1\r\nX: " + much, 5, Count::late_handshake},
      {"handshake", Over::tcp, false, package_of(PackageType::handshake, much), 5,
       Count::late_handshake},
      {"handshake in frames", Over::websocket, false,
       frame_of(kBinary, package_of(PackageType::handshake, much)), 5, Count::late_handshake},
      {"package", Over::tcp, true, package_of(PackageType::data, much), 11, Count::slow_body},
      {"frame", Over::websocket, true, frame_of(kBinary, much), 11, Count::slow_body},
      {"fragments", Over::websocket, true, frame_of(kBinary, "\x04", false) + frame_of(0, much), 11,
       Count::slow_body},
      {"ping", Over::websocket, true, frame_of(kPing, much.substr(0, 100)), 11, Count::slow_body},
  };
  for (const auto& one : cases) {
    CAPTURE(one.name);
    CountedGate town;
    TestClient& good = town.join("connector-1");
    TestClient& client =
        one.joined ? town.join("connector-1", one.over) : town.connect("connector-1", one.over);
    CHECK(dribble(town, client, one.bytes) <= one.at_most);
    CHECK(client.ended);
    CHECK(town.count(one.reason) == 1);
    CHECK(town.serves(good));
  }
}

TEST_CASE("T3: pings between its fragments do not make a message faster") {
  CountedGate town;
  TestClient& client = town.join("connector-1", Over::websocket);
  town.send(client, frame_of(kBinary, "\x04", false));
  int seconds = 0;
  for (; !client.ended && seconds < 60; ++seconds) {
    town.send(client, frame_of(kPing, "x") + frame_of(kContinuation, "\x01", false));
    town.pass(1000);
  }
  CHECK(seconds <= 11);
  CHECK(town.count(Count::slow_body) == 1);
}

TEST_CASE("T3: a TLS hello has a time of its own, and its session the handshake's") {
  net::TemporaryFolder folder;
  const net::TestCertificate certificate;
  std::ofstream(folder.path("cert.pem")) << certificate.certificate();
  std::ofstream(folder.path("key.pem")) << certificate.key();
  CountedGate town([&](Wishes& connector) {
    ListenerSettings& listener = connector.listeners.emplace_back();
    listener.tls.certificate = folder.path("cert.pem");
    listener.tls.key = folder.path("key.pem");
    listener.tls.handshake_limit = 3s;
  });
  TestClient& client = town.connect("connector-1");
  town.send(client, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  ends_at(town, client, 3000, Count::late_handshake);
  TestClient& slow = town.connect("connector-1");
  CHECK(dribble(town, slow, std::string("\x16\x03\x01\x02\x00", 5) + std::string(500, 'x')) <= 3);
  CHECK(slow.ended);
  // One that begins late has what is left since it connected.
  TestClient& late = town.connect("connector-1");
  town.pass(4000);
  CHECK(!late.ended);
  town.send(late, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  town.pass(1000);
  CHECK(late.ended);
}

TEST_CASE("limits.ack: from the handshake to its ack") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    CountedGate town;
    TestClient& client = town.connect("connector-1", over);
    town.pass(4000);
    client.handshake();
    town.settle();
    ends_at(town, client, 10'000, Count::late_ack);
  }
}

TEST_CASE("limits.ack: the user's handshake is within it") {
  std::vector<Reply<Json>> waiting;
  CountedGate town([&](Wishes& connector) {
    connector.handshake([&](FrontendSession&, const Json&, Reply<Json> reply) {
      waiting.push_back(std::move(reply));
    });
  });
  TestClient& client = town.connect("connector-1");
  client.handshake();
  town.settle();
  REQUIRE(waiting.size() == 1);
  ends_at(town, client, 10'000, Count::late_ack);
  waiting.clear();
  town.settle();
}

TEST_CASE("limits.ack: an ack in time, to the millisecond") {
  CountedGate town;
  TestClient& client = town.connect("connector-1");
  client.handshake();
  town.pass(9999);
  client.ack();
  CHECK(town.serves(client));
}

TEST_CASE("handshake and ack: lifted") {
  CountedGate town(only(nullptr));
  TestClient& client = town.connect("connector-1");
  town.pass(100'000);
  town.send(client, package_of(PackageType::handshake, kHello).substr(0, 9));
  town.pass(100'000);
  town.send(client, package_of(PackageType::handshake, kHello).substr(9));
  town.pass(100'000);
  client.ack();
  CHECK(town.serves(client));
  town.pass(1'000'000);
  CHECK(town.serves(client));
  CHECK(town.refusals() == 0);
}

TEST_CASE("limits.idle: whoever says nothing for so long, any byte counts") {
  CountedGate town;
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 3; ++i) {
    town.pass(89'999);
    CHECK(town.serves(client));
  }
  ends_at(town, client, 90'000, Count::silent);
}

TEST_CASE("two heartbeats missed, or heartbeat_timeout") {
  for (const int timeout : {0, 7}) {
    CountedGate town([&](Wishes& connector) {
      connector.heartbeat = 3s;
      connector.heartbeat_timeout = std::chrono::seconds(timeout);
      connector.limits.idle = 1s;  // not for those who have heartbeats
    });
    TestClient& client = town.join("connector-1");
    client.heartbeat();
    town.settle();
    ends_at(town, client, timeout == 0 ? 6000 : 7000, Count::silent);
  }
}

TEST_CASE("limits.body_grace: a package may be slow for so long") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    for (const bool in_time : {true, false}) {
      CountedGate town;
      TestClient& client = town.join("connector-1", over);
      const std::string package = request_of(9, "connector.h.echo", R"("late")");
      const std::string bytes = over == Over::tcp ? package : frame_of(kBinary, package);
      town.send(client, bytes.substr(0, 1));
      town.pass(5000);
      town.send(client, bytes.substr(1, bytes.size() - 2));
      if (!in_time) {
        ends_at(town, client, 5000, Count::slow_body);
        continue;
      }
      town.pass(4999);
      town.send(client, bytes.substr(bytes.size() - 1));
      CHECK(client.answer(9) == R"("late")");
      town.pass(60'000);
      CHECK(town.serves(client));
    }
  }
}

TEST_CASE("limits.body_rate: from the grace on a package must come at that rate") {
  const std::string package = package_of(PackageType::data, std::string(60'000, 'x'));
  const auto lasts = [&](std::size_t per_100_ms) {
    CountedGate town;
    TestClient& client = town.join("connector-1");
    int ms = 0;
    for (std::size_t at = 0; !client.ended && at < package.size(); at += per_100_ms, ms += 100) {
      town.send(client, package.substr(at, per_100_ms));
      town.pass(100);
    }
    CHECK(town.count(Count::slow_body) == (ms < 58'000 ? 1 : 0));
    return ms;
  };
  CHECK(lasts(90) <= 10'100);
  CHECK(lasts(103) > 58'000);  // 1030 a second: the whole package, and then it is no message
}

TEST_CASE("body_rate and body_grace: lifted") {
  CountedGate town(only(nullptr));
  TestClient& client = town.join("connector-1");
  town.send(client, request_of(9, "connector.h.echo", "1").substr(0, 9));
  town.pass(1'000'000);
  town.send(client, request_of(9, "connector.h.echo", "1").substr(9));
  CHECK(client.answer(9) == "1");
}

// Each read ends in the midst of a package, but each package is there in a moment.
TEST_CASE("a client that sends without a pause is not one that sends slowly") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    CountedGate town;
    TestClient& client = town.join("connector-1", over);
    const std::string package = request_of(1, "connector.h.echo", "1");
    const std::string bytes = over == Over::tcp ? package : frame_of(kBinary, package);
    town.send(client, bytes.substr(0, bytes.size() / 2));
    for (int i = 0; i < 300; ++i) {
      town.pass(100);
      town.send(client, bytes.substr(bytes.size() / 2) + bytes.substr(0, bytes.size() / 2));
    }
    CHECK(!client.ended);
    CHECK(client.count("answer") == 300);
    CHECK(town.refusals() == 0);
  }
}

TEST_CASE("a server that was stalled reads what came before it judges, also in handshakes") {
  CountedGate town;
  TestClient& client = town.connect("connector-1");
  TestClient& silent = town.connect("connector-1");
  client.handshake();
  town.world.loop().stall(6500ms);
  town.settle();
  client.ack();
  CHECK(town.serves(client));
  town.pass(1100);
  CHECK(silent.ended);
}
