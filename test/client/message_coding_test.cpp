#include "client/message_coding.h"

#include <doctest/doctest.h>

#include "client/client.h"
#include "client/scripted_peer.h"
#include "protocol/proto_text.h"

namespace shaddock::client {
namespace {

std::shared_ptr<const protocol::ClientProtocol> game_protocol() {
  auto dictionary = protocol::Dictionary::make({"game.hero.move"}, {"onMove"});
  return std::make_shared<const protocol::ClientProtocol>(protocol::ClientProtocol{
      std::move(dictionary).value(),
      protocol::Protos(testing::schema_of(R"({"game.hero.move": {"required uInt32 x": 1}})"),
                       testing::schema_of(R"({"onMove": {"required uInt32 x": 1},
                                              "game.hero.move": {"required uInt32 at": 1}})"))});
}

protocol::MessageHeader header_of(protocol::MessageType type, std::string_view route) {
  protocol::MessageHeader header;
  header.type = type;
  header.route = route;
  return header;
}

// The message inside the package.
std::string message_of(const std::optional<std::string>& package) {
  REQUIRE(package);
  return package->substr(4);
}

const Json kAll{{"useDict", true}, {"useProto", true}};
const auto kNotify = protocol::MessageType::notify;

TEST_CASE("routes and bodies are text unless the server says otherwise") {
  const std::string plain = std::string("\x02\x0egame.hero.move") + R"({"x":5})";
  const Json body{{"x", 5}};
  const auto header = header_of(kNotify, "game.hero.move");
  CHECK(message_of(MessageCoding().encode(header, body)) == plain);
  CHECK(message_of(MessageCoding(nullptr, &kAll).encode(header, body)) == plain);
  const Json nothing = Json::object();
  CHECK(message_of(MessageCoding(game_protocol(), &nothing).encode(header, body)) == plain);
}

TEST_CASE("routes are codes and bodies protobuf where the server says so") {
  const MessageCoding coding(game_protocol(), &kAll);
  const auto known = header_of(kNotify, "game.hero.move");
  CHECK(message_of(coding.encode(known, {{"x", 5}})) == std::string("\x03\0\x01\x08\x05", 5));
  const auto unknown = header_of(kNotify, "game.hero.stop");
  CHECK(message_of(coding.encode(unknown, {{"x", 5}})) ==
        std::string("\x02\x0egame.hero.stop") + R"({"x":5})");
  CHECK_FALSE(coding.encode(known, {{"x", "five"}}));
  CHECK_FALSE(coding.encode(header_of(kNotify, std::string(256, 'r')), {}));
}

TEST_CASE("what comes is read by the schema of its route") {
  const MessageCoding coding(game_protocol(), &kAll);
  CHECK(*coding.read("onMove", "\x08\x07") == Json{{"x", 7}});
  CHECK(*coding.read("onOther", R"({"x":7})") == Json{{"x", 7}});
  CHECK_FALSE(coding.read("onMove", R"({"x":7})").ok());

  protocol::MessageHeader header = header_of(protocol::MessageType::push, {});
  header.compressed_route = true;
  header.code = 2;
  CHECK(coding.route_of(header) == "onMove");
  header.code = 9;
  CHECK(coding.route_of(header).empty());
  header.code = 2;
  CHECK(MessageCoding().route_of(header).empty());
}

TEST_CASE("a client that knows the protocol talks as the handshake says") {
  Client::Settings settings;
  settings.protocol = game_protocol();
  cluster::MemoryHost world;
  ScriptedPeer peer(world);
  Client client(world.host(), settings);
  std::vector<std::string> said;
  client.on_push([&](std::string_view route, const Json& body) {
    said.push_back(std::string(route) + ' ' + body.dump());
  });
  client.connect(peer.address());
  world.loop().settle();
  peer.say(protocol::PackageType::handshake,
           R"({"code":200,"sys":{"useDict":true,"useProto":true}})");
  world.loop().settle();
  peer.heard();

  client.request("game.hero.move", {{"x", 5}},
                 [&](Answer answer) { said.push_back(answer.body.dump()); });
  world.loop().settle();
  const auto heard = peer.heard();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].body == std::string("\x01\x01\0\x01\x08\x05", 6));
  peer.answer(1, "\x08\x06");
  peer.say(protocol::PackageType::data, std::string("\x07\0\x02\x08\x07", 5));
  world.loop().settle();
  CHECK(said == std::vector<std::string>{R"({"at":6})", R"(onMove {"x":7})"});
}

}  // namespace
}  // namespace shaddock::client
