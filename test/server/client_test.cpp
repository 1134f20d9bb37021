#include "server/client.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/loopback.h"
#include "server/gate.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using protocol::PackageType;

TEST_CASE("a client shakes hands and is answered, over TCP and WebSocket") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Gate town({}, seed);
      TestClient& client = town.join("connector-1", over);
      CHECK(client.heard == std::vector<std::string>{R"(handshake {"code":200,"sys":{}})"});
      CHECK(town.ask(client, "connector.h.echo", R"({"a":[1,2]})") == R"({"a":[1,2]})");
      const std::string long_text(70'000 / 2, 'y');
      CHECK(town.ask(client, "connector.h.echo", '"' + long_text + '"') == '"' + long_text + '"');
      CHECK(town.ask(client, "connector.h.big", R"({"size":70000})").size() == 70'002);
    }
  }
}

TEST_CASE("bytes that come one by one, and packages that come together, mean the same") {
  Gate town;
  const std::string all =
      package_of(PackageType::handshake, kHello) + package_of(PackageType::handshake_ack, "") +
      request_of(1, "connector.h.echo", "1") + request_of(2, "connector.h.echo", "2");
  TestClient& together = town.connect("connector-1");
  together.send_bytes(all);
  TestClient& apart = town.connect("connector-1");
  for (const char byte : all) {
    apart.send_bytes({&byte, 1});
    town.settle();
  }
  const std::vector<std::string> expected{R"(handshake {"code":200,"sys":{}})", "answer 1 1",
                                          "answer 2 2"};
  CHECK(together.heard == expected);
  CHECK(apart.heard == expected);
}

TEST_CASE("data before the ack is dropped and the connection stays") {
  Gate town;
  TestClient& client = town.connect("connector-1");
  client.request("connector.h.echo");
  town.settle();
  client.handshake();
  town.settle();
  client.request("connector.h.echo");
  town.settle();
  CHECK(client.count("answer") == 0);
  client.ack();
  CHECK(town.ask(client, "connector.h.echo", "3") == "3");
  CHECK(client.count("answer") == 1);
}

TEST_CASE("a handshake that is no JSON is answered with 500 and ends the connection") {
  Gate town;
  for (const Over over : {Over::tcp, Over::websocket}) {
    TestClient& client = town.connect("connector-1", over);
    client.send(PackageType::handshake, "hello");
    town.settle();
    CHECK(client.heard.front() == R"(handshake {"code":500})");
    CHECK(client.ended);
  }
}

TEST_CASE("who never shakes hands, never acks or says too little is closed in time") {
  Gate town;
  TestClient& silent = town.connect("connector-1");
  TestClient& http = town.connect("connector-1");
  http.send_bytes("GET / HT");
  TestClient& upgraded = town.connect("connector-1", Over::websocket);
  TestClient& part = town.connect("connector-1");
  part.send_bytes(package_of(PackageType::handshake, kHello).substr(0, 9));
  TestClient& no_ack = town.connect("connector-1");
  no_ack.handshake();
  town.pass(4900);
  for (TestClient* client : {&silent, &http, &upgraded, &part}) CHECK(!client->ended);
  town.pass(200);
  for (TestClient* client : {&silent, &http, &upgraded, &part}) CHECK(client->ended);
  CHECK(http.text.starts_with("HTTP/1.1 408"));
  CHECK(!no_ack.ended);
  town.pass(5000);
  CHECK(no_ack.ended);
  CHECK(town.server().connections() == 0);
  CHECK(town.server().sessions().size() == 0);
}

TEST_CASE("limits of 0 are none") {
  Gate town([](Settings::Connector& connector) {
    connector.limits.handshake = 0ms;
    connector.limits.ack = 0ms;
    connector.limits.idle = 0s;
  });
  TestClient& client = town.connect("connector-1");
  town.pass(20'000);
  client.handshake();
  town.pass(20'000);
  client.ack();
  town.pass(200'000);
  CHECK(town.ask(client, "connector.h.echo", "1") == "1");
}

TEST_CASE(
    "heartbeats: asked for in the handshake, one after the ack, one for each that comes, the end "
    "without") {
  Gate town([](Settings::Connector& connector) { connector.heartbeat = 3s; });
  TestClient& client = town.join("connector-1");
  CHECK(client.heard ==
        std::vector<std::string>{R"(handshake {"code":200,"sys":{"heartbeat":3}})", "heartbeat"});
  for (int i = 0; i < 5; ++i) {
    town.pass(5000);
    client.heartbeat();
    town.settle();
  }
  CHECK(client.count("heartbeat") == 6);
  town.pass(5900);
  CHECK(!client.ended);
  town.pass(200);
  CHECK(client.ended);
  CHECK(client.count("kick") == 0);
}

TEST_CASE("a connector that was stalled reads what came before it judges its clients") {
  Gate town([](Settings::Connector& connector) { connector.heartbeat = 3s; });
  TestClient& alive = town.join("connector-1");
  TestClient& silent = town.join("connector-1");
  alive.heartbeat();
  town.world.loop().stall(10s);  // a client may be silent for 6 s
  CHECK(!alive.ended);
  town.pass(1500);
  CHECK(!alive.ended);
  CHECK(silent.ended);
}

TEST_CASE("without heartbeats none are echoed, and who says nothing for 90 s is closed") {
  Gate town;
  TestClient& client = town.join("connector-1");
  client.heartbeat();
  town.pass(80'000);
  CHECK(client.count("heartbeat") == 0);
  town.ask(client, "connector.h.echo");
  town.pass(80'000);
  CHECK(!client.ended);
  town.pass(11'000);
  CHECK(client.ended);
}

TEST_CASE("packages over the limit, of unknown types or of the server's kind end the connection") {
  struct Case {
    const char* name;
    std::string bytes;
    int code;  // of the WebSocket
  };
  const std::vector<Case> cases = {
      {"too long", package_of(PackageType::data, std::string(64 * 1024 + 1, 'x')), 1009},
      {"unknown type", std::string("\x06\0\0\0", 4), 1002},
      {"type 0", std::string("\0\0\0\0", 4), 1002},
      {"kick", package_of(PackageType::kick, "{}"), 1002},
      {"data without a message", package_of(PackageType::data, ""), 1002},
      {"truncated message", package_of(PackageType::data, std::string("\x00\x81", 2)), 1002},
      {"unknown message type", package_of(PackageType::data, "\x0a"), 1002},
  };
  for (const Over over : {Over::tcp, Over::websocket}) {
    for (const Case& one : cases) {
      CAPTURE(one.name);
      Gate town([](Settings::Connector& connector) { connector.limits.package = 64 * 1024; });
      TestClient& client = town.join("connector-1", over);
      client.send_bytes(one.bytes);
      client.request("connector.h.echo");
      town.settle();
      CHECK(client.ended);
      CHECK(client.count("answer") == 0);
      if (over == Over::websocket)
        CHECK(client.heard.back() == "close " + std::to_string(one.code));
      CHECK(town.server().connections() == 0);
    }
  }
}

TEST_CASE("a handshake may have max_handshake bytes") {
  for (const bool fits : {true, false}) {
    Gate town([](Settings::Connector& connector) { connector.limits.handshake_bytes = 100; });
    TestClient& client = town.connect("connector-1");
    client.send(PackageType::handshake, std::string(kHello) + std::string(fits ? 10 : 100, ' '));
    town.settle();
    CHECK(client.ended == !fits);
  }
}

TEST_CASE("garbage in the first bytes ends the connection and disturbs nobody") {
  Gate town;
  TestClient& other = town.join("connector-1");
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\x00", 5), std::string(300, '\xff'),
        std::string("SSH-2.0-OpenSSH"), std::string("\0\0\0\0\0", 5)}) {
    TestClient& client = town.connect("connector-1");
    client.send_bytes(garbage);
    town.settle();
    CHECK(client.ended);
  }
  CHECK(town.ask(other, "connector.h.echo", "1") == "1");
  CHECK(town.server().connections() == 1);
}

TEST_CASE(
    "W44: two packages in one WebSocket message are both taken, one over two messages is not") {
  Gate town;
  TestClient& two = town.join("connector-1", Over::websocket);
  two.send_bytes(request_of(1, "connector.h.echo", "1") + request_of(2, "connector.h.echo", "2"));
  town.settle();
  CHECK(two.heard.back() == "answer 2 2");
  const std::string package = request_of(3, "connector.h.echo", "3");
  SUBCASE("one over two") {
    two.send_bytes(package.substr(0, 8)), two.send_bytes(package.substr(8));
  }
  SUBCASE("trailing bytes") { two.send_bytes(package + "\x04"); }
  town.settle();
  CHECK(two.heard.back() == "close 1002");
  CHECK(two.ended);
}

TEST_CASE(
    "a WebSocket close is answered with its code, a ping with a pong, too many pings with 1008") {
  Gate town;
  TestClient& client = town.join("connector-1", Over::websocket);
  net::write_masked_frame(client.stream->output(), net::Opcode::ping, "hi", 7);
  town.settle();
  CHECK(client.heard.back() == "pong hi");
  SUBCASE("close") {
    net::write_masked_frame(client.stream->output(), net::Opcode::close, {"\x03\xe8", 2}, 7);
  }
  SUBCASE("pings") {
    for (int i = 0; i < 21; ++i)
      net::write_masked_frame(client.stream->output(), net::Opcode::ping, "", 7);
  }
  town.settle();
  CHECK((client.heard.back() == "close 1000" || client.heard.back() == "close 1008"));
  CHECK(client.ended);
}

TEST_CASE("pings within the limit of a second go on for ever") {
  Gate town;
  TestClient& client = town.join("connector-1", Over::websocket);
  for (int i = 0; i < 5; ++i) {
    for (int k = 0; k < 20; ++k)
      net::write_masked_frame(client.stream->output(), net::Opcode::ping, "", 7);
    town.pass(1001);
  }
  CHECK(client.count("pong") == 100);
  CHECK(!client.ended);
}

TEST_CASE("plain HTTP gets the files that were named, and nothing else") {
  Gate town;
  const auto get = [&](const std::string& head) {
    TestClient& client = town.connect("connector-1");
    client.send_bytes(head + "\r\nHost: x\r\nConnection: close\r\n\r\n");
    town.settle();
    CHECK(client.ended);
    return client.text;
  };
  const std::string page = get("GET / HTTP/1.1");
  CHECK(page.starts_with("HTTP/1.1 200"));
  CHECK(page.ends_with(kPage));
  CHECK(get("GET /../etc/passwd HTTP/1.1").starts_with("HTTP/1.1 404"));
  CHECK(get("GET //etc/passwd HTTP/1.1").starts_with("HTTP/1.1 404"));
  CHECK(town.server().sessions().size() == 0);
}

// The real loop, since the queue of a stream in memory never fills.
TEST_CASE("a client that does not read is closed when more than max_queued waits for it") {
  net::Loopback world;
  detail::Definition definition;
  ServerType(definition.types["connector"])
      .handler("h")
      .on("big", [](FrontendSession&, const Json&) { return Json(std::string(60'000, 'x')); });
  ServerInfo info;
  info.id = "connector-1", info.type = "connector", info.host = "127.0.0.1", info.frontend = true,
  info.incarnation = 1;
  info.state = ServerInfo::State::up;
  auto house =
      std::make_unique<Town::House>(world.host(), ServerSetup{info, {}, definition, "secret"});
  REQUIRE(house->server.start().ok());
  house->server.apply_view({1, {info}});
  world.run_until([&] { return house->ready == 1; });
  TestClient slow(world.host(), {"127.0.0.1", house->server.client_address().port});
  world.run_until([&] { return slow.stream != nullptr; });
  slow.handshake();
  slow.ack();
  // It reads as long as the loop runs, so the asking is done by one that never turns to its
  // answers.
  for (int i = 0; i < 600; ++i) slow.request("connector.h.big");
  world.run_until([&] { return slow.ended || slow.count("answer") == 600; });
  CHECK(slow.ended);
  CHECK(slow.count("answer") < 600);
}

TEST_CASE("one message always fits an empty queue, however large it is") {
  net::Loopback world;
  detail::Definition definition;
  ServerType(definition.types["connector"])
      .handler("h")
      .on("big", [](FrontendSession&, const Json&) { return Json(std::string(4'000'000, 'x')); });
  ServerInfo info;
  info.id = "connector-1", info.type = "connector", info.host = "127.0.0.1", info.frontend = true,
  info.incarnation = 1;
  info.state = ServerInfo::State::up;
  auto house =
      std::make_unique<Town::House>(world.host(), ServerSetup{info, {}, definition, "secret"});
  REQUIRE(house->server.start().ok());
  house->server.apply_view({1, {info}});
  world.run_until([&] { return house->ready == 1; });
  TestClient client(world.host(), {"127.0.0.1", house->server.client_address().port},
                    Over::websocket);
  world.run_until([&] { return client.text.find("\r\n\r\n") != std::string::npos; });
  client.handshake();
  client.ack();
  for (std::size_t i = 1; i <= 3; ++i) {
    client.request("connector.h.big");
    world.run_until([&] { return client.ended || client.count("answer") == i; });
    CHECK(client.count("answer") == i);
  }
  CHECK(!client.ended);
}

TEST_CASE("a client that floods with heartbeats is closed, and its echoes stay few") {
  Gate town([](Settings::Connector& connector) { connector.heartbeat = std::chrono::seconds(3); });
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 1000; ++i) client.heartbeat();
  town.settle();
  CHECK(client.ended);
  CHECK(client.count("heartbeat") <= 22);
}

// In memory no queue ever fills, so the one page is larger than what may wait.
TEST_CASE("HTTP requests in a row are answered only as far as the client reads") {
  Gate town([](Settings::Connector& connector) { connector.limits.queued = kPage.size() - 1; });
  TestClient& client = town.connect("connector-1");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send_bytes(many);
  town.settle();
  CHECK(client.ended);
  std::size_t pages = 0;
  for (std::size_t at = client.text.find(kPage); at != std::string::npos; ++pages) {
    at = client.text.find(kPage, at + 1);
  }
  CHECK(pages >= 1);
  CHECK(pages < 1000);
}
