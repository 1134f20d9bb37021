// Bodies in Pomelo's protobuf between clients, a frontend and a backend (use_protobuf).
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "protocol/hex.h"
#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using shaddock::testing::from_hex;
using Over = TestClient::Over;
using Lines = std::vector<std::string>;

namespace {

struct Schemas : Lobby {
  explicit Schemas(bool use_protobuf = true, bool use_dict = false)
      : Lobby(
            [=](Settings& settings) {
              settings.connector.use_protobuf = use_protobuf;
              settings.connector.use_dict = use_dict;
            },
            lobby_protocol()) {}
};

const std::string kBob = from_hex("0a03626f62 1005");  // {"name":"bob","age":5}
const std::string kBobJson = R"({"name":"bob","age":5})";

}  // namespace

TEST_CASE("requests and answers with a schema are protobuf, here and at another server") {
  Schemas town;
  for (const Over over : {Over::tcp, Over::websocket}) {
    TestClient& client = town.join("connector-1", over);
    CHECK(town.ask(client, "connector.h.proto", kBob) == kBob);
    CHECK(town.ask(client, "chat.room.proto", kBob) == kBob);
  }
}

TEST_CASE("only what has a schema is protobuf: of a route it may be one of the two") {
  Schemas town;
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "connector.h.greet", kBob) == R"({"name":"bob!","age":6})");
  CHECK(town.ask(client, "connector.h.strict", kBobJson) == from_hex("0a03626f62"));
  CHECK(town.ask(client, "connector.h.echo", kBobJson) == kBobJson);
  CHECK(town.ask(client, "chat.room.echo", kBobJson) == kBobJson);
}

TEST_CASE("without use_protobuf everything is JSON, whatever the files say") {
  Schemas town(false);
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "connector.h.proto", kBobJson) == kBobJson);
  CHECK(town.ask(client, "chat.room.proto", kBobJson) == kBobJson);
  CHECK(town.ask(client, "connector.h.crash") == R"({"code":500})");
  town.push("onGreet", Greeting{"bob", 5});
  CHECK(client.heard.back() == "push onGreet " + kBobJson);
}

TEST_CASE(
    "bytes that are not of the schema are 400, for Json and structs, in the answer's schema") {
  Schemas town;
  TestClient& client = town.join("connector-1");
  for (const std::string wrong : {"", "\xFF", "{}", "\x0A\x05zz"}) {
    CAPTURE(wrong);
    CHECK(town.ask(client, "connector.h.greet", wrong) == R"({"code":400})");
    CHECK(town.ask(client, "connector.h.proto", wrong) == from_hex("189003"));
    CHECK(town.ask(client, "chat.room.proto", wrong) == from_hex("189003"));
  }
  CHECK(client.messages.size() == 12);
}

TEST_CASE("errors of a route whose answer has a schema are in that schema") {
  Schemas town;
  TestClient& client = town.join("connector-1");
  town.ask(client, "connector.h.strict", "{}");
  CHECK(client.messages.back() == std::string("\x04\x01", 2));  // no field for the code
  town.ask(client, "connector.h.strict", R"({"name":5})");
  CHECK(client.messages.back() == std::string("\x04\x02", 2));
  CHECK(town.log("connector-1").count("does not fit its schema") == 2);
  town.kill("chat-1");
  town.ask(client, "chat.room.proto", kBob);
  CHECK(client.messages.back() == "\x04\x03" + from_hex("188904"));  // 521
  CHECK(town.ask(client, "connector.h.crash") == R"({"code":500})");
}

TEST_CASE("an id that is used twice has its answers in order of the requests") {
  Schemas town;
  TestClient& client = town.join("connector-1");
  using protocol::MessageType;
  client.send_message({MessageType::request, false, false, 0, 9, "chat.room.proto"}, kBob);
  client.send_message({MessageType::request, false, false, 0, 9, "chat.room.echo"}, "1");
  town.settle();
  CHECK(client.heard.size() == 3);
  CHECK(client.heard[1] == "answer 9 " + kBob);
  CHECK(client.heard[2] == "answer 9 1");
}

TEST_CASE("pushes are protobuf where the route has a schema, with or without a code") {
  Schemas town;
  TestClient& client = town.join("connector-1");
  town.push("onGreet", Greeting{"bob", 5});
  town.push("onPlain", Greeting{"bob", 5});
  CHECK(client.messages == Lines{"\x06\x07onGreet" + kBob, "\x06\x07onPlain" + kBobJson});
  Schemas both(true, true);
  TestClient& with_codes = both.join("connector-1");
  both.push("onGreet", Greeting{"bob", 5});
  CHECK(with_codes.messages == Lines{from_hex("07 0005") + kBob});
}

TEST_CASE("a frontend with protobuf and one without have the same pushes, each in its form") {
  Town town;
  town.protocol = lobby_protocol();
  town.type("connector").handler("h").on("proto", [](FrontendSession&, const Json& body) {
    return body;
  });
  town.type("chat").handler("room").on("proto",
                                       [](BackendSession&, const Json& body) { return body; });
  town.frontend("connector-1", "connector");
  town.frontend("connector-2", "connector");
  town.backend("chat-1", "chat");
  town.start([](const ServerInfo& info, Settings& settings) {
    settings.connector.use_protobuf = info.id == "connector-1";
  });
  TestClient& proto = town.join("connector-1");
  TestClient& json = town.join("connector-2");
  CHECK(town.ask(proto, "chat.room.proto", kBob) == kBob);
  CHECK(town.ask(json, "chat.room.proto", kBobJson) == kBobJson);
  town.server("chat-1").channels().broadcast("connector", "onGreet", Greeting{"bob", 5});
  town.settle();
  CHECK(proto.heard.back() == "push onGreet " + kBob);
  CHECK(json.heard.back() == "push onGreet " + kBobJson);
}

TEST_CASE("a push that lacks a required field goes to nobody who reads protobuf") {
  Schemas town;
  TestClient& client = town.join("connector-1");
  town.push("onGreet", Json{{"name", "bob"}});
  CHECK(client.messages.empty());
  CHECK(town.ask(client, "connector.h.echo", "1") == "1");
}
