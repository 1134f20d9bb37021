#include "session/push_body.h"

#include <doctest/doctest.h>

#include "base/log_sink.h"
#include "session/chat_protocol.h"

using namespace shaddock;
using namespace shaddock::session;
using namespace shaddock::testing;

namespace {

struct Bench {
  PushBody::Tools tools(bool with_protocol = true) {
    return {with_protocol ? &protocol : nullptr, buffers, logger};
  }
  protocol::ClientProtocol protocol = chat_protocol();
  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>();
  Logger logger{log, "push"};
  PushBuffers buffers;
};

const Chat kChat;

}  // namespace

TEST_CASE("a message is encoded once in each coding that is asked for") {
  Bench bench;
  PushBody body(bench.tools(), "onChat", type_of<Chat>(), &kChat);
  CHECK(body.has_schema());
  CHECK(body.bytes(true) == kChatBytes);
  CHECK(bench.buffers.json.empty());
  CHECK(body.bytes(false) == kChatJson);
  // Made once: what lies in the buffers is what is given from now on.
  bench.buffers.json.data()[0] = '!';
  bench.buffers.protobuf.data()[0] = '!';
  CHECK(body.bytes(false)->front() == '!');
  CHECK(body.bytes(true)->front() == '!');
  CHECK(body.bytes(false)->data() == bench.buffers.json.data());
}

TEST_CASE("a Json and a struct come to the same bytes") {
  Bench bench;
  const Json chat{{"msg", "hi"}, {"from", "bob"}, {"target", "*"}};
  PushBody body(bench.tools(), "onChat", type_of<Json>(), &chat);
  CHECK(body.bytes(true) == kChatBytes);
  CHECK(body.bytes(false) == kChatJson);
}

TEST_CASE("a route without a schema, or a server without schemas, has JSON alone") {
  Bench bench;
  for (const bool with_protocol : {true, false}) {
    PushBody body(bench.tools(with_protocol), with_protocol ? "onPlain" : "onChat", type_of<Chat>(),
                  &kChat);
    CHECK_FALSE(body.has_schema());
    CHECK(body.bytes(false) == kChatJson);
    CHECK_FALSE(body.bytes(true));
  }
}

TEST_CASE("what the schema refuses has no protobuf, which is logged once, and still has JSON") {
  Bench bench;
  const Json nobody{{"msg", "hi"}, {"target", "*"}};
  PushBody body(bench.tools(), "onChat", type_of<Json>(), &nobody);
  CHECK_FALSE(body.bytes(true));
  CHECK_FALSE(body.bytes(true));
  CHECK(bench.log->count("push not sent") == 1);
  CHECK(bench.log->count("from") == 1);
  CHECK(body.bytes(false) == R"({"msg":"hi","target":"*"})");
}

TEST_CASE("bytes are given as they came, and transcoded for whoever speaks the other coding") {
  Bench bench;
  PushBody protobuf(bench.tools(), "onChat", kChatBytes, true);
  CHECK(protobuf.bytes(true)->data() == kChatBytes.data());
  CHECK(protobuf.bytes(false) == kChatJson);
  PushBody json(bench.tools(), "onChat", kChatJson, false);
  CHECK(json.bytes(false)->data() == kChatJson.data());
  CHECK(json.bytes(true) == kChatBytes);
  CHECK(bench.log->count("push not sent") == 0);
}

TEST_CASE("bytes that are neither are not transcoded") {
  Bench bench;
  const std::string deep(100, '[');
  for (const std::string_view bytes : {"\x0a\xff", "\x22\x01x", "", deep.c_str()}) {
    CHECK_FALSE(PushBody(bench.tools(), "onChat", bytes, true).bytes(false));
    CHECK_FALSE(PushBody(bench.tools(), "onChat", bytes, false).bytes(true));
  }
  CHECK_FALSE(PushBody(bench.tools(), "onPlain", kChatBytes, true).bytes(false));
  CHECK_FALSE(PushBody(bench.tools(), "onPlain", kChatJson, false).bytes(true));
  CHECK(bench.log->count("push not sent") == 10);
}
