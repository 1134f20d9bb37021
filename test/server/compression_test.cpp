// Compressed bodies, both ways (Settings::Connector::compress_from and the message's bit 0x10).
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/deflate.h"
#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using Over = TestClient::Over;

namespace {

constexpr std::size_t kFrom = 100, kPackage = 2000;

const std::string kPitaya = R"({"sys":{"libVersion":"0.3.5"},"user":{}})";
const std::string kPomeloWithZlib = R"({"sys":{"type":"t","version":"1","compress":"zlib"}})";

struct Dense : Lobby {
  explicit Dense(std::size_t from = kFrom)
      : Lobby([from](Settings& settings) {
          settings.connector.compress_from = from;
          settings.connector.limits.package = kPackage;
        }) {}
};

// JSON of so many bytes that compresses well.
std::string text_of(std::size_t size) { return '"' + std::string(size - 2, 'x') + '"'; }
// And one that does not.
std::string noise_of(std::size_t size) {
  std::string text = "\"";
  for (std::uint32_t x = 1; text.size() < size - 1; x = x * 1664525 + 1013904223)
    text += static_cast<char>(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"[x >> 26]);
  return text + '"';
}

std::string deflated(std::string_view text) {
  Deflater deflater(9);
  Buffer out;
  REQUIRE(deflater.deflate(Compression::zlib, text, out));
  return std::string(out.view());
}

bool is_compressed(const std::string& message) { return (message.at(0) & 0x10) != 0; }

}  // namespace

TEST_CASE("answers from compress_from bytes on go out as zlib, to clients that announced it") {
  Dense town;
  for (const std::string& hello : {kPitaya, kPomeloWithZlib}) {
    TestClient& client = town.join("connector-1", Over::tcp, hello);
    for (const char* route : {"connector.h.echo", "chat.room.echo"}) {
      for (const std::size_t size : {kFrom - 1, kFrom, kFrom + 1}) {
        CHECK(town.ask(client, route, text_of(size)) == text_of(size));
        CHECK(is_compressed(client.messages.back()) == (size >= kFrom));
        CHECK((client.messages.back().size() < size + 2) == (size >= kFrom));
      }
    }
  }
}

TEST_CASE("what does not become smaller goes out as it is") {
  Dense town(20);
  TestClient& client = town.join("connector-1", Over::tcp, kPitaya);
  CHECK(town.ask(client, "connector.h.echo", noise_of(30)) == noise_of(30));
  CHECK(!is_compressed(client.messages.back()));
  CHECK(town.ask(client, "connector.h.echo", text_of(30)) == text_of(30));
  CHECK(is_compressed(client.messages.back()));
}

TEST_CASE("a client that announced nothing never gets a flag bit beyond the third") {
  Dense town(1);
  TestClient& client = town.join("connector-1");
  TestClient& web = town.join("connector-1", Over::websocket,
                              R"({"sys":{"type":"t","version":"1","compress":"gzip"}})");
  for (TestClient* one : {&client, &web}) {
    CHECK(town.ask(*one, "connector.h.echo", text_of(1000)) == text_of(1000));
    CHECK(town.ask(*one, "chat.room.echo", text_of(1000)) == text_of(1000));
    town.ask(*one, "connector.h.crash");
    town.ask(*one, "chat.room.crash");
    town.ask(*one, "connector.h.nothing");
  }
  town.push("onPlain", Json(std::string(1000, 'x')));
  for (TestClient* one : {&client, &web}) {
    CHECK(one->messages.size() == 6);
    for (const std::string& message : one->messages)
      CHECK((static_cast<unsigned char>(message[0]) & 0xF0) == 0);
  }
}

TEST_CASE("pushes and errors are compressed by the same rules") {
  Dense town(30);
  TestClient& client = town.join("connector-1", Over::tcp, kPitaya);
  TestClient& plain = town.join("connector-1");
  town.push("onPlain", Json(std::string(1000, 'x')));
  CHECK(is_compressed(client.messages.back()));
  CHECK(!is_compressed(plain.messages.back()));
  CHECK(client.heard.back() == plain.heard.back());
  town.push("onPlain", Json("short"));
  CHECK(!is_compressed(client.messages.back()));
  town.ask(client, "connector.h.refuse");
  CHECK((client.messages.back()[0] & 0x2F) == 0x24);
  CHECK(client.heard.back().find(R"("code":"PIT-777")") != std::string::npos);
}

TEST_CASE("compressed bodies of clients that announced it are read, whatever is sent to them") {
  for (const std::size_t from : {std::size_t{0}, kFrom}) {
    Dense town(from);
    for (const std::string& hello : {kPitaya, kPomeloWithZlib}) {
      TestClient& client = town.join("connector-1", Over::tcp, hello);
      for (const char* route : {"connector.h.echo", "chat.room.echo"}) {
        const std::uint32_t id = client.request_deflated(route, deflated(text_of(300)));
        town.settle();
        CHECK(client.answer(id) == text_of(300));
        CHECK(is_compressed(client.messages.back()) == (from != 0));
      }
    }
  }
}

TEST_CASE("a compressed body that was not agreed on ends the connection") {
  Dense town;
  TestClient& client = town.join("connector-1");
  client.request_deflated("connector.h.keep", deflated(text_of(300)));
  town.settle();
  CHECK(client.ended);
  CHECK(town.kept.empty());
  CHECK(town.counted(Count::malformed_package) == 1);
}

TEST_CASE("a body that says it is compressed and is not ends the connection") {
  Dense town;
  std::string broken = deflated(text_of(300)), cut = broken, longer = broken + 'x';
  broken[broken.size() / 2] ^= 0x55;
  cut.pop_back();
  std::uint64_t ended = 0;
  for (const std::string& wrong :
       {std::string(), std::string("{}"), std::string("\x78\x9C"), broken, cut, longer}) {
    TestClient& client = town.join("connector-1", Over::websocket, kPitaya);
    client.request_deflated("connector.h.keep", wrong);
    town.settle();
    CHECK(client.ended);
    CHECK(client.messages.empty());
    CHECK(town.counted(Count::malformed_package) == ++ended);
  }
  CHECK(town.kept.empty());
}

TEST_CASE("an inflated body may have limits.package bytes, and none more") {
  Dense town;
  for (const std::size_t size : {kPackage - 1, kPackage, kPackage + 1}) {
    TestClient& client = town.join("connector-1", Over::websocket, kPitaya);
    const std::uint32_t id = client.request_deflated("chat.room.echo", deflated(text_of(size)));
    town.settle();
    CHECK(client.ended == (size > kPackage));
    CHECK(client.answer(id) == (size > kPackage ? "" : text_of(size)));
    if (size > kPackage) CHECK(client.heard.back() == "close 1009");
  }
  CHECK(town.counted(Count::inflated_too_long) == 1);
  TestClient& bomb = town.join("connector-1", Over::tcp, kPitaya);
  bomb.request_deflated("connector.h.keep", deflated(text_of(1'000'000)));
  town.settle();
  CHECK(bomb.ended);
  CHECK(town.counted(Count::inflated_too_long) == 2);
  CHECK(town.kept.empty());
}

TEST_CASE("a limit of 0 is none, for inflated bodies and handshakes, too") {
  Lobby town([](Settings& settings) {
    settings.connector.limits.package = settings.connector.limits.handshake_bytes = 0;
  });
  TestClient& client =
      town.join("connector-1", Over::tcp, deflated(kPitaya + std::string(100'000, ' ')));
  REQUIRE(client.handshakes.size() == 1);
  const std::uint32_t id = client.request_deflated("connector.h.echo", deflated(text_of(200'000)));
  town.settle();
  CHECK(client.answer(id) == text_of(200'000));
}

TEST_CASE("a notify may be compressed as well") {
  Dense town;
  TestClient& client = town.join("connector-1", Over::tcp, kPitaya);
  client.send_message({protocol::MessageType::notify, true, false, 0, 0, "chat.room.keep"},
                      deflated(text_of(300)));
  town.settle();
  CHECK(town.kept.size() == 1);
  CHECK(!client.ended);
}
