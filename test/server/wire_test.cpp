// The bytes themselves, at a whole server: what Pomelo's clients send and what they get back, as in
// the vectors of its protocol library.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "protocol/hex.h"
#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using shaddock::testing::from_hex;
using shaddock::testing::to_hex;
using Over = TestClient::Over;
using Lines = std::vector<std::string>;

namespace {

// All that a client of raw packages reads, and what it sends, in hex.
struct Wire : Lobby {
  explicit Wire(const Lobby::Set& set = {},
                std::shared_ptr<const protocol::ClientProtocol> files = {})
      : Lobby(set, std::move(files)), client(connect("connector-1")) {}
  std::string say(std::string_view hex) {
    client.text.clear();
    client.send_bytes(from_hex(hex));
    settle();
    return to_hex(client.text);
  }
  TestClient& client;
};

constexpr std::string_view kBrowsersHello =
    "0100004b "
    "7b22737973223a7b2274797065223a226a732d776562736f636b6574222c2276657273696f6e223a22302e"
    "302e31222c22727361223a7b7d2c2270726f746f56657273696f6e223a307d7d";
constexpr std::string_view kAck = "02000000", kHeartbeat = "03000000";

std::string hex_of(std::string_view text) { return to_hex(text); }

}  // namespace

TEST_CASE("the browser's conversation, byte for byte: handshake, ack, heartbeats, a request") {
  Wire wire([](Settings& settings) { settings.connector.heartbeat = 3s; });
  CHECK(wire.say(kBrowsersHello) == "01000022" + hex_of(R"({"code":200,"sys":{"heartbeat":3}})"));
  CHECK(wire.say(kHeartbeat) == "");
  CHECK(wire.say(kAck) == "03000000");
  CHECK(wire.say(kHeartbeat) == "03000000");
  CHECK(wire.say("03000000 03000000") == "0300000003000000");
  CHECK(wire.say(kAck) == "");
  const std::string route = "10" + hex_of("connector.h.echo");
  CHECK(wire.say("04000015 00 01 " + route + "7b7d") ==
        "04000004"
        "0401"
        "7b7d");
  CHECK(wire.say("04000016 00 ac02 " + route + "7b7d") ==
        "04000005"
        "04ac02"
        "7b7d");
}

TEST_CASE("ids come back as they were sent, in one to five bytes") {
  Wire wire;
  wire.say(kBrowsersHello);
  wire.say(kAck);
  const std::string rest = "10" + hex_of("connector.h.echo") + "31";
  for (const std::string id : {"01", "7f", "8001", "ff7f", "808001", "80808001", "ffffffff07"}) {
    CAPTURE(id);
    const std::size_t size = 1 + (id.size() + rest.size()) / 2;
    const std::string answer = "04" + id + "31";
    CHECK(wire.say("040000" + to_hex(std::string(1, static_cast<char>(size))) + "00" + id + rest) ==
          "0400000" + std::to_string(answer.size() / 2) + answer);
  }
}

TEST_CASE("a request with a code, a notify with a code and one by name, as Pomelo packs them") {
  Wire wire([](Settings& settings) { settings.connector.use_dict = true; }, lobby_protocol());
  wire.say(kBrowsersHello);
  wire.say(kAck);
  CHECK(wire.say("04000007 01 8001 0003 7b7d") ==
        "04000005"
        "048001"
        "7b7d");
  CHECK(wire.say("0400000a 03 0102 7b2278223a317d") == "");
  CHECK(wire.say("0400000e 02 05 612e622e63 7b2278223a317d") == "");
  CHECK(wire.say("04000008 16 03 6f6e58 010203") == "");  // a push, and compressed
  CHECK(wire.client.ended);
}

TEST_CASE("a kick is JSON with a reason, written before the end") {
  Wire wire;
  wire.say(kBrowsersHello);
  wire.say(kAck);
  wire.client.text.clear();
  for (FrontendSession session : {*wire.front().sessions().find(SessionId{1} << 32 | 1)})
    session.kick("kick");
  wire.settle();
  CHECK(to_hex(wire.client.text) ==
        "05000011"
        "7b22726561736f6e223a226b69636b227d");
  CHECK(wire.client.ended);
}

TEST_CASE("refusals are these bytes and no more") {
  Wire wire;
  CHECK(wire.say("01000002 7b7d") ==
        "0100000c"
        "7b22636f6465223a3530307d");
  CHECK(wire.client.ended);
  Wire old([](Settings& settings) {
    settings.connector.check_client = [](auto, auto) { return false; };
  });
  CHECK(old.say(kBrowsersHello) ==
        "0100000c"
        "7b22636f6465223a3530317d");
  CHECK(old.client.ended);
}

TEST_CASE("however a request ends, a Pomelo client gets one answer, with a body and flag 4") {
  Lobby town;
  for (const Over over : {Over::tcp, Over::websocket}) {
    TestClient& client = town.join("connector-1", over);
    std::size_t asked = 0;
    for (const std::string server : {"connector.h.", "chat.room.", "nobody.h."}) {
      for (const char* method : {"echo", "greet", "nothing", "silent", "refuse", "crash", "drop",
                                 "uid", "none", "hasOwnProperty", "a.b"}) {
        CAPTURE(server + method);
        const std::string answer = town.ask(client, server + method, "no json");
        CHECK(client.messages.size() == ++asked);
        CHECK(client.messages.back()[0] == 4);
        CHECK(parse_json(answer).ok());
      }
    }
    for (const std::string server : {"connector.h.", "chat.room.", "nobody.h."})
      for (const char* method : {"echo", "silent", "refuse", "crash", "drop", "none", "a.b"})
        client.notify(server + method, "no json");
    town.settle();
    CHECK(client.messages.size() == asked);
    CHECK(!client.ended);
  }
}

TEST_CASE("a body that is no JSON is {} for handlers of Json, here and at another server") {
  Lobby town;
  TestClient& client = town.join("connector-1");
  for (const char* route : {"connector.h.echo", "chat.room.echo"})
    for (const char* body : {"", "{", "no json", "\xFF", "null", "false", "0", "\"\""})
      CHECK(town.ask(client, route, body) == "{}");
}

TEST_CASE("an old browser's pairs of surrogates are read, and what is beyond the BMP is escaped") {
  Lobby town;
  TestClient& client = town.join("connector-1");
  for (const char* route : {"connector.h.echo", "chat.room.echo"}) {
    for (const char* face :
         {"\"\xED\xA0\xBD\xED\xB8\x80\"", "\"\xF0\x9F\x98\x80\"", R"("\ud83d\ude00")"}) {
      CHECK(town.ask(client, route, face) == R"("\ud83d\ude00")");
    }
    CHECK(town.ask(client, route, "\"\xE4\xB8\xAD\"") == "\"\xE4\xB8\xAD\"");
  }
  town.push("onFace", Json("\xF0\x9F\x98\x80"));
  CHECK(client.heard.back() == R"(push onFace "\ud83d\ude00")");
}

TEST_CASE("a message too fast for a route with a schema is told 429 in that schema") {
  Lobby town(
      [](Settings& settings) {
        settings.connector.use_protobuf = true;
        settings.connector.limits.messages_per_second = 1;
        settings.connector.limits.message_burst = 10;
      },
      lobby_protocol());
  TestClient& client = town.join("connector-1");
  std::string last;
  for (int i = 0; i < 12; ++i) last = town.ask(client, "connector.h.proto", "\x0A\x01x\x10\x05");
  CHECK(last == from_hex("18ad03"));
  CHECK(town.ask(client, "connector.h.echo", "1") == R"({"code":429})");
}
