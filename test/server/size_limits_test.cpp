#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "server/counted_gate.h"

// Each size that Settings::Connector::Limits bounds, one below, at and one beyond it, and lifted.

using namespace shaddock;
using namespace shaddock::server;
using Over = TestClient::Over;
using protocol::PackageType;
using Wishes = Settings::Connector;

namespace {

enum class Sent { refused, taken };

// Runs the same at N-1, N, N+1 and without a limit. `send` tells whether its client was served.
void at_the_limit(std::size_t limit, std::size_t Wishes::Limits::*setting, Count reason,
                  const std::function<Sent(CountedGate&, std::size_t)>& send) {
  for (const std::size_t size : {limit - 1, limit, limit + 1, 2 * limit + 1}) {
    for (const bool lifted : {false, true}) {
      CAPTURE(size);
      CAPTURE(lifted);
      CountedGate town([&](Wishes& connector) { connector.limits.*setting = lifted ? 0 : limit; });
      const bool fits = lifted || size <= limit;
      CHECK((send(town, size) == Sent::taken) == fits);
      CHECK(town.count(reason) == (fits ? 0 : 1));
      CHECK(town.refusals() == (fits ? 0 : 1));
      TestClient& other = town.join("connector-1");
      CHECK(town.serves(other));
    }
  }
}

Sent sent(CountedGate& town, TestClient& client, int code_when_closed) {
  if (client.ended && client.heard.size() > 1 && client.heard.back().starts_with("close"))
    CHECK(client.heard.back() == "close " + std::to_string(code_when_closed));
  return !client.ended && town.serves(client) ? Sent::taken : Sent::refused;
}

}  // namespace

TEST_CASE("limits.package: raw") {
  at_the_limit(1000, &Wishes::Limits::package, Count::too_long, [](auto& town, std::size_t n) {
    TestClient& client = town.join("connector-1");
    town.send(client, request_of_size(n));
    return sent(town, client, 0);
  });
}

TEST_CASE("limits.package: in one frame, from its header on") {
  at_the_limit(1000, &Wishes::Limits::package, Count::too_long, [](auto& town, std::size_t n) {
    TestClient& client = town.join("connector-1", Over::websocket);
    const std::string frame = frame_of(kBinary, request_of_size(n));
    town.send(client, frame.substr(0, 8));
    CHECK(client.ended == (n > 1000 && town.count(Count::too_long) == 1));
    town.send(client, frame.substr(8));
    return sent(town, client, 1009);
  });
}

TEST_CASE("limits.package: in fragments, closed where their sum crosses it") {
  at_the_limit(1000, &Wishes::Limits::package, Count::too_long, [](auto& town, std::size_t n) {
    TestClient& client = town.join("connector-1", Over::websocket);
    const std::string package = request_of_size(n);
    town.send(client, frame_of(kBinary, package.substr(0, 400), false));
    town.send(client, frame_of(kContinuation, package.substr(400, 400), false));
    CHECK(!client.ended);
    town.send(client, frame_of(kContinuation, package.substr(800)));
    return sent(town, client, 1009);
  });
}

TEST_CASE("limits.handshake_bytes") {
  at_the_limit(200, &Wishes::Limits::handshake_bytes, Count::too_long,
               [](auto& town, std::size_t n) {
                 TestClient& client = town.connect("connector-1");
                 std::string hello(kHello);
                 client.send(PackageType::handshake, hello.append(n - hello.size(), ' '));
                 town.settle();
                 client.ack();
                 return sent(town, client, 0);
               });
}

TEST_CASE("limits.http_head") {
  at_the_limit(300, &Wishes::Limits::http_head, Count::too_long, [](auto& town, std::size_t n) {
    TestClient& client = town.connect("connector-1");
    const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
    town.send(client, head + std::string(n - head.size() - 4, 'x') + "\r\n\r\n");
    if (!client.text.starts_with("HTTP/1.1 200")) CHECK(client.text.starts_with("HTTP/1.1 431"));
    return client.ended ? Sent::refused : Sent::taken;
  });
}

TEST_CASE("limits.http_headers") {
  at_the_limit(5, &Wishes::Limits::http_headers, Count::too_long, [](auto& town, std::size_t n) {
    TestClient& client = town.connect("connector-1");
    std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
    for (std::size_t i = 1; i < n; ++i) head += "X: y\r\n";
    town.send(client, head + "\r\n");
    CHECK(client.text.starts_with(client.ended ? "HTTP/1.1 431" : "HTTP/1.1 200"));
    return client.ended ? Sent::refused : Sent::taken;
  });
}

TEST_CASE("limits.fragments") {
  at_the_limit(8, &Wishes::Limits::fragments, Count::malformed_frame,
               [](auto& town, std::size_t n) {
                 TestClient& client = town.join("connector-1", Over::websocket);
                 const std::string package = request_of(1, "connector.h.echo", "1");
                 town.send(client, frame_of(kBinary, package.substr(0, 1), false));
                 for (std::size_t i = 1; i + 1 < n; ++i)
                   town.send(client, frame_of(kContinuation, package.substr(i, 1), false));
                 town.send(client, frame_of(kContinuation, package.substr(n - 1)));
                 return sent(town, client, 1008);
               });
}

TEST_CASE("limits.empty_fragments") {
  at_the_limit(4, &Wishes::Limits::empty_fragments, Count::malformed_frame,
               [](auto& town, std::size_t n) {
                 TestClient& client = town.join("connector-1", Over::websocket);
                 town.send(client, frame_of(kBinary, "", false));
                 for (std::size_t i = 1; i < n; ++i)
                   town.send(client, frame_of(kContinuation, "", false));
                 town.send(client, frame_of(kContinuation, request_of(1, "connector.h.echo", "1")));
                 return sent(town, client, 1008);
               });
}

namespace {

// The session goes on whatever its body was.
std::string echoed(CountedGate& town, const std::string& body) {
  TestClient& client = town.join("connector-1");
  const std::string answer = town.ask(client, "connector.h.echo", body);
  CHECK(town.serves(client));
  return answer;
}
std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }
std::string values(std::size_t count) {  // the array is one
  std::string text = "[1";
  for (std::size_t i = 2; i < count; ++i) text += ",1";
  return text + ']';
}

}  // namespace

TEST_CASE("limits.json_depth and json_values: beyond them 400, and the session lives on") {
  CountedGate town([](Wishes& connector) {
    connector.limits.json_depth = 5;
    connector.limits.json_values = 20;
  });
  for (const std::size_t depth : {4u, 5u}) CHECK(echoed(town, nested(depth)) == nested(depth));
  CHECK(echoed(town, nested(6)) == R"({"code":400})");
  for (const std::size_t count : {19u, 20u}) CHECK(echoed(town, values(count)) == values(count));
  CHECK(town.count(Count::refused_bodies) == 1);
  CHECK(echoed(town, values(21)) == R"({"code":400})");
  CHECK(town.count(Count::refused_bodies) == 2);
}

TEST_CASE("limits.json_depth and json_values: lifted, depth still ends at 32") {
  CountedGate town(
      [](Wishes& connector) { connector.limits.json_depth = connector.limits.json_values = 0; });
  CHECK(echoed(town, nested(32)) == nested(32));
  CHECK(echoed(town, nested(33)) == R"({"code":400})");
  CHECK(echoed(town, values(30'000)) == values(30'000));
}

TEST_CASE("the limits are what was agreed on when nobody sets them") {
  const Wishes::Limits limits;
  using namespace std::chrono_literals;
  CHECK(limits.handshake == 5s);
  CHECK(limits.ack == 10s);
  CHECK(limits.idle == 90s);
  CHECK(limits.write_stall == 5s);
  CHECK(limits.body_grace == 10s);
  CHECK(limits.body_rate == 1024);
  CHECK(limits.http_head == 8192);
  CHECK(limits.http_headers == 100);
  CHECK(limits.handshake_bytes == 4096);
  CHECK(limits.package == 65'536);
  CHECK(limits.fragments == 128);
  CHECK(limits.empty_fragments == 16);
  CHECK(limits.json_depth == 32);
  CHECK(limits.json_values == 10'000);
  CHECK(limits.proto_depth == 32);
  CHECK(limits.proto_values == 10'000);
  CHECK(limits.controls_per_second == 20);
  CHECK(limits.messages_per_second == 1000);
  CHECK(limits.message_burst == 2000);
  CHECK(limits.unanswered == 1024);
  CHECK(limits.early_messages == 8);
  CHECK(limits.queued_soft == 64 * 1024);
  CHECK(limits.queued == 256 * 1024);
  CHECK(limits.queued_all == 256 * 1024 * 1024);
  CHECK(limits.half_open == 1024);
  CHECK(limits.per_address == 64);
  CHECK(limits.new_per_address == 20);
  CHECK(limits.new_burst == 40);
  CHECK(Settings().links.calls == 10'000);
  CHECK(Settings().links.bytes == 16 * 1024 * 1024);
}
