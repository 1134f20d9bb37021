// Pitaya's dialect, told by the handshake: its replies, routes, errors and states. How bodies are
// compressed is in compression_test.cpp.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/deflate.h"
#include "protocol/hex.h"
#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using shaddock::testing::from_hex;
using Over = TestClient::Over;
using Lines = std::vector<std::string>;

namespace {

const std::string kPitaya =
    R"({"sys":{"platform":"mac","libVersion":"0.3.5-release","clientBuildNumber":"20",)"
    R"("clientVersion":"2.1"},"user":{"age":30}})";
const std::string kDict =
    R"("dict":{"chat.room.echo":1,"chat.room.proto":2,"connector.h.echo":3,"connector.h.proto":4,)"
    R"("onGreet":5,"onPlain":6})";

// All that Pomelo's clients are told is on.
void everything(Settings& settings) {
  settings.connector.heartbeat = 3s;
  settings.connector.use_dict = settings.connector.use_protobuf = true;
}

struct Pitaya : Lobby {
  explicit Pitaya(const Lobby::Set& set = {}) : Lobby(set, lobby_protocol()) {}
  TestClient& pia(Over over = Over::tcp) { return join("connector-1", over, kPitaya); }
};

std::string deflated(std::string_view text, Compression format = Compression::zlib) {
  Deflater deflater;
  Buffer out;
  REQUIRE(deflater.deflate(format, text, out));
  return std::string(out.view());
}

std::string error_of(const std::string& code, const std::string& text) {
  return R"(error {"code":")" + code + R"(","msg":")" + text + "\"}";
}

}  // namespace

TEST_CASE("Pitaya's clients are told of heartbeat, dictionary and serializer, and nothing else") {
  Pitaya town(everything);
  const std::string expected =
      R"({"code":200,"sys":{"heartbeat":3,)" + kDict + R"(,"serializer":"json"}})";
  for (const Over over : {Over::tcp, Over::websocket}) {
    TestClient& pia = town.pia(over);
    CHECK(pia.handshakes == Lines{expected});
    CHECK(pia.heard.back() == "heartbeat");
  }
  Pitaya plain;
  CHECK(plain.pia().handshakes == Lines{R"({"code":200,"sys":{"serializer":"json"}})"});
}

TEST_CASE("libVersion without type makes a client Pitaya's, and nothing else does") {
  Pitaya town(everything);
  const auto speaks_pitaya = [&](const std::string& sys) {
    TestClient& client = town.join("connector-1", Over::tcp, R"({"sys":)" + sys + '}');
    REQUIRE(client.handshakes.size() == 1);
    return client.handshakes[0].find("serializer") != std::string::npos;
  };
  CHECK(speaks_pitaya(R"({"libVersion":"0.3.5"})"));
  CHECK(!speaks_pitaya(R"({"libVersion":"0.3.5","type":"c"})"));
  CHECK(!speaks_pitaya(R"({"platform":"mac","clientVersion":"1"})"));
  CHECK(!speaks_pitaya("{}"));
}

TEST_CASE("a compressed handshake is answered by a compressed one, a plain one by a plain one") {
  Pitaya town(everything);
  const std::string expected = town.pia().handshakes.at(0);
  CHECK(expected.starts_with("{"));
  // {"sys":{"libVersion":"1"}}
  const std::string gzip = from_hex(
      "1f8b0800000000000203ab562aae2c56b2aa56cac94c0a4b2d2acecccf53b2523254aaad05006f9c924c1a00000"
      "0");
  for (const std::string& hello : {deflated(kPitaya), gzip}) {
    TestClient& pia = town.join("connector-1", Over::tcp, hello);
    REQUIRE(pia.handshakes.size() == 1);
    CHECK(compression_of(pia.handshakes[0]) == Compression::zlib);
    CHECK(pia.heard[0] == "handshake " + expected);
    CHECK(town.ask(pia, "h.echo", "1") == "1");
  }
}

TEST_CASE("who compresses a handshake of Pomelo's kind is answered in Pomelo's way, compressed") {
  Pitaya town(everything);
  TestClient& client = town.join("connector-1", Over::tcp,
                                 deflated(std::string(TestClient::kHello) + std::string(100, ' ')));
  CHECK(compression_of(client.handshakes.at(0)) == Compression::zlib);
  CHECK(client.heard[0].find(R"("useDict":true)") != std::string::npos);
}

TEST_CASE("a compressed handshake may grow to limits.handshake_bytes") {
  for (const int over : {-1, 0, 1}) {
    Pitaya town([over](Settings& settings) {
      settings.connector.limits.handshake_bytes =
          static_cast<std::size_t>(static_cast<int>(kPitaya.size()) + 1000 - over);
    });
    std::string hello = kPitaya;
    hello.insert(1, std::string(1000, ' '));
    TestClient& pia = town.join("connector-1", Over::tcp, deflated(hello));
    CHECK(pia.ended == (over > 0));
    CHECK(pia.handshakes.at(0).starts_with(over > 0 ? R"({"code":500})" : R"({"code":200)"));
  }
}

TEST_CASE("who is refused is told 400 with the whole sys, then comes the end") {
  const std::string expected =
      R"({"code":400,"sys":{"heartbeat":3,)" + kDict + R"(,"serializer":"json"}})";
  for (const bool by_check : {true, false}) {
    Pitaya town([by_check](Settings& settings) {
      everything(settings);
      if (by_check)
        settings.connector.check_client = [](auto type, auto version) {
          return type != "mac" && version != "2.1";
        };
      else
        settings.connector.handshake(
            [](FrontendSession&, const Json&) -> Json { throw Error(401, "no"); });
    });
    TestClient& pia = town.pia();
    CHECK(pia.handshakes == Lines{expected});
    CHECK(pia.ended);
  }
}

TEST_CASE("the check sees platform and clientVersion as type and version") {
  std::string seen;
  Pitaya town([&seen](Settings& settings) {
    settings.connector.check_client = [&seen](std::string_view type, std::string_view version) {
      seen = std::string(type) + ' ' + std::string(version);
      return true;
    };
  });
  town.pia();
  CHECK(seen == "mac 2.1");
}

TEST_CASE("data before the ack ends the connection of a Pitaya client, and no handler runs") {
  Pitaya town;
  TestClient& pia = town.connect("connector-1");
  pia.handshake(kPitaya);
  pia.notify("h.keep");
  town.settle();
  CHECK(pia.ended);
  CHECK(pia.heard.size() == 1);
  CHECK(town.kept.empty());
}

TEST_CASE("a route of two parts is one of the frontend, by the vector of the dialect") {
  Pitaya town;
  TestClient& pia = town.pia();
  CHECK(town.ask(pia, "h.echo", R"({"a":1})") == R"({"a":1})");
  CHECK(town.ask(pia, "connector.h.echo", "2") == "2");
  CHECK(town.ask(pia, "chat.room.echo", "3") == "3");
  pia.notify("h.keep");
  town.settle();
  CHECK(town.kept.size() == 1);
  const std::string route = "connector.echo";  // two parts: a handler "connector" of its own type
  pia.send_bytes(from_hex("04000013 00 01 0e 636f6e6e6563746f722e6563686f 7b7d"));
  town.settle();
  CHECK(pia.heard.back() == "answer 1 " + error_of("PIT-404", "no such route"));
  TestClient& pomelo = town.join("connector-1");
  CHECK(town.ask(pomelo, "h.echo", "1") == R"({"code":500})");
}

TEST_CASE("codes of the dictionary lead to the same routes") {
  Pitaya town(everything);
  TestClient& pia = town.pia();
  const std::uint32_t here = pia.request_code(3, "1"), there = pia.request_code(1, "2");
  pia.request_code(99);
  town.settle();
  CHECK(pia.answer(here) == "1");
  CHECK(pia.answer(there) == "2");
  CHECK(pia.messages.size() == 2);
}

TEST_CASE("errors have the bit and a code of Pitaya") {
  Pitaya town;
  TestClient& pia = town.pia();
  const std::string not_found = error_of("PIT-404", "no such route");
  CHECK(town.ask(pia, "h.nobody") == not_found);
  CHECK(town.ask(pia, "connector.nobody.f") == not_found);
  CHECK(town.ask(pia, "chat.room.nobody") == not_found);
  CHECK(town.ask(pia, "nobody.room.f") == not_found);
  const std::string bad = error_of("PIT-400", "bad request");
  CHECK(town.ask(pia, "a.b.c.d") == bad);
  CHECK(town.ask(pia, "nodot") == bad);
  CHECK(town.ask(pia, "") == bad);
  CHECK(town.ask(pia, "h.greet", R"({"age":5})") == bad);
  CHECK(town.ask(pia, "chat.room.greet", R"({"age":5})") == bad);
  CHECK(town.ask(pia, "h.crash") == error_of("PIT-000", "the handler failed"));
  CHECK(town.ask(pia, "chat.room.crash") == error_of("PIT-500", "internal error"));
  CHECK(town.ask(pia, "h.drop") == error_of("PIT-500", "internal error"));
  CHECK(town.ask(pia, "h.nothing") == error_of("PIT-000", "the handler answered nothing"));
  CHECK(town.ask(pia, "chat.room.nothing") == error_of("PIT-000", "the handler answered nothing"));
  town.kill("chat-1");
  CHECK(town.ask(pia, "chat.room.echo") == error_of("PIT-521", "not possible now"));
  for (const std::string& message : pia.messages) CHECK(message[0] == '\x24');
}

TEST_CASE("the error of the vector, byte for byte") {
  Pitaya town([](Settings& settings) { settings.send_error_text = true; });
  town.type("connector");
  TestClient& pia = town.pia();
  CHECK(town.ask(pia, "h.nobody") == error_of("PIT-404", "no such route"));
  CHECK(pia.messages.back() == from_hex("24 01") + R"({"code":"PIT-404","msg":"no such route"})");
}

TEST_CASE("what an error says beyond its code is metadata; its text stays here unless told") {
  const std::string metadata = R"("metadata":{"room":"r1","left":"3"}})";
  Pitaya town;
  TestClient& pia = town.pia();
  const std::string silent = R"(error {"code":"PIT-777","msg":"not possible now",)" + metadata;
  CHECK(town.ask(pia, "h.refuse") == silent);
  CHECK(town.ask(pia, "chat.room.refuse") == silent);
  Pitaya open([](Settings& settings) { settings.send_error_text = true; });
  TestClient& told = open.pia();
  const std::string text = R"(error {"code":"PIT-777","msg":"the reason",)" + metadata;
  CHECK(open.ask(told, "h.refuse") == text);
  CHECK(open.ask(told, "chat.room.refuse") == text);
}

TEST_CASE("what takes too long is PIT-504, here and at another server") {
  Pitaya town;
  TestClient& pia = town.pia();
  const std::uint32_t here = pia.request("h.keep"), there = pia.request("chat.room.keep");
  town.pass(10'100);
  CHECK(pia.answer(here) == error_of("PIT-504", "too late"));
  CHECK(pia.answer(there) == error_of("PIT-504", "too late"));
  for (auto& reply : town.kept) reply(Json("late"));
  town.settle();
  CHECK(pia.messages.size() == 2);
}

TEST_CASE("a handler that answers nothing at all answers {}") {
  Pitaya town;
  TestClient& pia = town.pia();
  CHECK(town.ask(pia, "h.silent") == "{}");
  CHECK(town.ask(pia, "chat.room.silent") == "{}");
}

TEST_CASE("pushes to Pitaya's clients have their route as text and their body as JSON") {
  Pitaya town(everything);
  TestClient& pia = town.pia();
  TestClient& pomelo = town.join("connector-1");
  town.push("onGreet", Greeting{"bob", 5});
  CHECK(pia.heard.back() == R"(push onGreet {"name":"bob","age":5})");
  CHECK(pomelo.heard.back() == "push #5 " + from_hex("0a03626f62 1005"));
  CHECK(town.ask(pia, "h.proto", R"({"name":"bob","age":5})") == R"({"name":"bob","age":5})");
}

TEST_CASE("any package counts as a sign of life") {
  Pitaya town([](Settings& settings) { settings.connector.heartbeat = 1s; });
  TestClient& talks = town.pia();
  TestClient& silent = town.pia();
  for (int i = 0; i < 6; ++i) {
    town.pass(1000);
    talks.notify("h.silent");
  }
  town.settle();
  CHECK(!talks.ended);
  CHECK(silent.ended);
}

TEST_CASE("the handshake's data is kept for handlers as it came, compressed or not") {
  Pitaya town;
  CHECK(town.ask(town.pia(), "h.client") == kPitaya);
  TestClient& pia = town.join("connector-1", Over::tcp, deflated(kPitaya));
  CHECK(town.ask(pia, "h.client") == kPitaya);
}

TEST_CASE("clients of both kinds on one port notice nothing of each other") {
  Pitaya town(everything);
  TestClient& pia = town.pia();
  TestClient& pomelo = town.join("connector-1");
  CHECK(town.ask(pomelo, "connector.h.crash") == R"({"code":500})");
  CHECK(town.ask(pia, "connector.h.crash") == error_of("PIT-000", "the handler failed"));
  CHECK(town.ask(pomelo, "connector.h.nothing") == "null");
  CHECK(town.ask(pomelo, "connector.h.nobody") == R"({"code":500})");
  for (const std::string& message : pomelo.messages)
    CHECK((static_cast<unsigned char>(message[0]) & 0xF0) == 0);
}
