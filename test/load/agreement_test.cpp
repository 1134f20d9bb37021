#include "load/agreement.h"

#include <doctest/doctest.h>

#include "protocol/dictionary.h"
#include "protocol/handshake.h"
#include "protocol/package.h"

using namespace shaddock;
using namespace shaddock::load;

namespace {

std::shared_ptr<const Agreement> read(const std::string& handshake) {
  auto agreement = Agreement::read(handshake);
  REQUIRE_MESSAGE(agreement.ok(), handshake);
  return *agreement;
}

protocol::ProtoSchema schema(std::string_view text) {
  const auto document = parse_document(text, "protos.json");
  REQUIRE(document.document.has_value());
  std::vector<Problem> problems;
  return protocol::ProtoSchema::parse(*document.document, problems);
}

// What a server says that has a dictionary and schemas.
std::shared_ptr<const Agreement> rich() {
  const auto dictionary = protocol::Dictionary::make({"a.b.echo", "a.b.other"}, {"onSay"});
  const protocol::Protos protos(
      schema(R"({"a.b.echo":{"required string msg":1,"optional uInt32 n":2}})"),
      schema(R"({"a.b.echo":{"required uInt32 code":1,"message In":{"required string m":1},
                             "repeated In list":2},"message Pos":{"required sInt32 x":1},
                 "onSay":{"required Pos at":1}})"));
  const std::string members =
      std::string(dictionary->sys_members({})) + ',' + std::string(protos.sys_members({}));
  return read(protocol::handshake_reply({.heartbeat = 3, .sys_members = members}));
}

}  // namespace

TEST_CASE("A plain handshake means routes as text and bodies as JSON") {
  const auto plain = read(R"({"code":200,"sys":{"heartbeat":3}})");
  CHECK(plain->heartbeat() == 3);
  CHECK(plain->sends_text("a.b.c"));
  const std::string head = plain->head(protocol::MessageType::request, "a.b.c");
  CHECK(head.substr(4) == std::string("\x00\x80\x01\x05", 4) + "a.b.c");
  CHECK(plain->decode("a.b.c", R"({"x":1})")->at("x").as_integer() == 1);
  CHECK(read(R"({"code":200})")->heartbeat() == 0);
  CHECK(read(R"({"code":200,"sys":{"heartbeat":-4}})")->heartbeat() == 0);
}

TEST_CASE("A refused or broken handshake is an error that says why") {
  for (const char* text : {"", "x", "{}", R"({"code":500})", R"({"code":"200"})"}) {
    CAPTURE(text);
    CHECK_FALSE(Agreement::read(text).ok());
  }
  CHECK(Agreement::read(R"({"code":501})").error().text.find("501") != std::string::npos);
}

TEST_CASE("With a dictionary routes are codes, both ways") {
  const auto agreement = rich();
  const std::string head = agreement->head(protocol::MessageType::request, "a.b.other");
  CHECK(head.substr(4) == std::string("\x01\x80\x01\x00\x02", 5));
  CHECK(agreement->head(protocol::MessageType::notify, "not.in.it").substr(4) ==
        std::string("\x02\x09") + "not.in.it");
  protocol::MessageHeader push{.type = protocol::MessageType::push};
  push.compressed_route = true;
  push.code = 3;
  CHECK(agreement->route_of(push) == "onSay");
  push.code = 4;
  CHECK(agreement->route_of(push).empty());
  push.compressed_route = false;
  push.route = "onElse";
  CHECK(agreement->route_of(push) == "onElse");
}

TEST_CASE("Pitaya's dictionary is read as well") {
  const auto agreement =
      read(R"({"code":200,"sys":{"heartbeat":30,"dict":{"a.b.c":7,"odd":"x"}}})");
  CHECK(agreement->head(protocol::MessageType::request, "a.b.c").substr(4) ==
        std::string("\x01\x80\x01\x00\x07", 5));
  CHECK(agreement->head(protocol::MessageType::notify, "odd").substr(4) == "\x02\x03odd");
}

TEST_CASE("With schemas bodies are protobuf, each way by its own") {
  const auto agreement = rich();
  CHECK_FALSE(agreement->sends_text("a.b.echo"));
  CHECK(agreement->sends_text("a.b.other"));
  std::string out = "head";
  REQUIRE(agreement->encode("a.b.echo", R"({"msg":"hi","n":5})", out).ok());
  CHECK(out == std::string("head\x0a\x02hi\x10\x05"));
  CHECK_FALSE(agreement->encode("a.b.echo", R"({"n":5})", out).ok());
  CHECK_FALSE(agreement->encode("a.b.echo", "no JSON", out).ok());
  CHECK(out.size() == 10);

  const auto answer =
      agreement->decode("a.b.echo", std::string("\x08\xc8\x01\x12\x03\x0a\x01y", 8));
  REQUIRE(answer.ok());
  CHECK(*answer == *parse_json(R"({"code":200,"list":[{"m":"y"}]})"));
  const auto push = agreement->decode("onSay", std::string("\x0a\x02\x08\x03", 4));
  REQUIRE(push.ok());
  CHECK(*push == *parse_json(R"({"at":{"x":-2}})"));
  CHECK_FALSE(agreement->decode("a.b.echo", "\x08").ok());
}

TEST_CASE("Schemas that are none end the agreement") {
  CHECK_FALSE(Agreement::read(R"({"code":200,"sys":{"useProto":true,"protos":{"client":
      {"a.b.c":{"x":{"option":"maybe","type":"string","tag":1}}},"server":{}}}})")
                  .ok());
  // Not in use: not looked at.
  CHECK(Agreement::read(R"({"code":200,"sys":{"protos":{"client":{"a":{"x":{"tag":1}}}}}})").ok());
}

TEST_CASE("Length and id of a package are put in afterwards") {
  const auto plain = read(R"({"code":200})");
  std::string package = plain->head(protocol::MessageType::request, "r") + "{}";
  set_length(package);
  set_id(package, 16383);
  protocol::PackageReader reader;
  reader.feed(package);
  const auto cut = reader.next();
  REQUIRE(cut.has_value());
  const auto message = protocol::decode_message(cut->body);
  REQUIRE(message.has_value());
  CHECK(message->header.id == 16383);
  CHECK(message->header.route == "r");
  CHECK(message->body == "{}");
}
