#include "server/body_codec.h"

#include <doctest/doctest.h>

#include "protocol/proto_text.h"
#include "session/chat_protocol.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace shaddock::testing;
using cluster::kProtobufAnswer;
using cluster::kProtobufBody;

namespace {

using Limits = Settings::Connector::Limits;

// The route "chat" takes onChat and answers with it, "tree" takes messages in messages.
struct Codec {
  explicit Codec(const Limits& limits = {}) : bodies(&protocol, limits) {}

  template <class M>
  Result<M> read(std::string_view route, cluster::BodyCoding coding, std::string_view bytes) const {
    M message{};
    auto done = bodies.read(bodies.schemas(route), coding, bytes, type_of<M>(), &message);
    if (!done.ok()) return std::move(done).error();
    return message;
  }
  template <class M>
  std::string write(std::string_view route, cluster::BodyCoding coding, const M& message) const {
    Buffer out;
    out.append("..");
    const auto done = bodies.write(bodies.schemas(route), coding, type_of<M>(), &message, out);
    if (!done.ok()) return std::to_string(done.error().code) + std::string(out.view());
    return std::string(out.view().substr(2));
  }

  static protocol::ProtoSchema schema(std::string_view of_chat) {
    return schema_of(std::string(of_chat) +
                     R"(, "message T": {"repeated T kids": 1}, "tree": {"repeated T kids": 1}})");
  }
  static constexpr std::string_view kChat =
      R"({"chat": {"required string msg": 1, "required string from": 2,
                   "required string target": 3})";

  protocol::ClientProtocol protocol{{}, protocol::Protos(schema(kChat), schema(kChat))};
  BodyCodec bodies;
};

// `depth` objects and arrays inside each other.
std::string lists(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("a body is protobuf where its coding says so and its route has a schema") {
  const Codec codec;
  CHECK(codec.read<Chat>("chat", kProtobufBody, kChatBytes).unwrap().from == "bob");
  CHECK(codec.read<Chat>("chat", kProtobufAnswer, kChatJson).unwrap().from == "bob");
  CHECK(codec.read<Chat>("other", kProtobufBody, kChatJson).unwrap().from == "bob");
  CHECK_FALSE(codec.read<Chat>("chat", 0, kChatBytes).ok());
  CHECK_FALSE(codec.read<Chat>("chat", kProtobufBody, kChatJson).ok());
  const BodyCodec plain(nullptr, {});
  CHECK(plain.schemas("chat").request == nullptr);
  CHECK(plain.schemas("chat").answer == nullptr);
}

TEST_CASE("an answer is protobuf where the client asked for that, whatever its own body was") {
  const Codec codec;
  CHECK(codec.write("chat", kProtobufAnswer, Chat()) == kChatBytes);
  CHECK(codec.write("chat", kProtobufBody | kProtobufAnswer, Chat()) == kChatBytes);
  CHECK(codec.write("chat", kProtobufBody, Chat()) == kChatJson);
  CHECK(codec.write("other", kProtobufAnswer, Chat()) == kChatJson);
}

TEST_CASE("an answer that its schema refuses is an error of the server, and leaves nothing") {
  CHECK(Codec().write("chat", kProtobufAnswer, Json{{"msg", "hi"}}) == "500..");
  CHECK(Codec().write("chat", 0, Json{{"msg", "hi"}}) == R"({"msg":"hi"})");
}

TEST_CASE("a handler of Json gets {} for what is no JSON, and 400 for what is no protobuf") {
  const Codec codec;
  CHECK(codec.read<Json>("chat", 0, "\xff").unwrap() == Json::object());
  CHECK(codec.read<Json>("chat", 0, "null").unwrap() == Json::object());
  CHECK(codec.read<Json>("chat", kProtobufBody, kChatBytes).unwrap().at("msg") == Json("hi"));
  CHECK(codec.read<Json>("chat", kProtobufBody, "\xff").error().code == code::kBadMessage);
  CHECK(codec.bodies.read_or_empty(codec.bodies.schemas("chat"), kProtobufBody, "\xff") ==
        Json::object());
}

TEST_CASE("the JSON of a body is its own text, or made from protobuf") {
  const Codec codec;
  CHECK(codec.bodies.as_json("chat", 0, "{ \"a\" : 1 }") == "{ \"a\" : 1 }");
  CHECK(codec.bodies.as_json("other", kProtobufBody, "{ }") == "{ }");
  CHECK(codec.bodies.as_json("chat", kProtobufBody, kChatBytes) == kChatJson);
  CHECK(codec.bodies.as_json("chat", kProtobufBody, "\x0a\xff") == "");
}

TEST_CASE("depth and values of JSON are limited by the settings, at the limit and beside it") {
  for (const std::size_t most : {std::size_t{1}, std::size_t{5}, std::size_t{32}}) {
    Limits limits;
    limits.json_depth = most;
    const Codec codec(limits);
    CHECK(codec.read<Json>("x", 0, lists(most - 1)).ok());
    CHECK(codec.read<Json>("x", 0, lists(most)).ok());
    CHECK(codec.read<Json>("x", 0, lists(most + 1)).error().code == code::kBadMessage);
  }
  Limits limits;
  limits.json_values = 4;
  const Codec codec(limits);
  CHECK(codec.read<std::vector<int>>("x", 0, "[1,2]").ok());
  CHECK(codec.read<std::vector<int>>("x", 0, "[1,2,3]").ok());
  CHECK(codec.read<std::vector<int>>("x", 0, "[1,2,3,4]").error().code == code::kBadMessage);
}

TEST_CASE("depth and values of protobuf are limited by the settings, at the limit and beside it") {
  const auto nested = [](std::size_t depth) {  // of messages in messages
    std::string bytes;
    while (--depth > 0) bytes = std::string("\x0a") + static_cast<char>(bytes.size()) + bytes;
    return bytes;
  };
  for (const std::size_t most : {std::size_t{1}, std::size_t{5}, std::size_t{32}}) {
    Limits limits;
    limits.proto_depth = most;
    const Codec codec(limits);
    if (most > 1) CHECK(codec.read<Json>("tree", kProtobufBody, nested(most - 1)).ok());
    CHECK(codec.read<Json>("tree", kProtobufBody, nested(most)).ok());
    CHECK(codec.read<Json>("tree", kProtobufBody, nested(most + 1)).error().code ==
          code::kBadMessage);
  }
  Limits limits;
  limits.proto_values = 3;
  const Codec codec(limits);
  const std::string kid("\x0a\x00", 2);
  std::size_t read = 0;
  std::string bytes;
  while (read < 10 && codec.read<Json>("tree", kProtobufBody, bytes += kid).ok()) ++read;
  CHECK(read == 3);
}

TEST_CASE("a limit of 0 is none, but for depth, which ends at 32") {
  Limits limits;
  limits.json_depth = limits.json_values = limits.proto_depth = limits.proto_values = 0;
  const Codec codec(limits);
  std::string many = "[0";
  for (int i = 0; i < 20'000; ++i) many += ",0";
  CHECK(codec.read<std::vector<int>>("x", 0, many + ']').ok());
  CHECK(codec.read<Json>("x", 0, lists(32)).ok());
  CHECK_FALSE(codec.read<Json>("x", 0, lists(33)).ok());
  std::string kids;
  for (int i = 0; i < 20'000; ++i) kids += std::string("\x0a\x00", 2);
  CHECK(codec.read<Json>("tree", kProtobufBody, kids).ok());
}
