#include "protocol/proto_schema.h"

#include <doctest/doctest.h>

#include "protocol/dictionary.h"
#include "protocol/handshake.h"
#include "protocol/proto_text.h"

using namespace shaddock;
using namespace shaddock::protocol;
using shaddock::testing::schema_of;

TEST_CASE("The version of both files is the one that Pomelo gives them") {
  CHECK(Protos().version() == "xT9OvpsqULwrUv2IpdUD4Q==");
  CHECK(Protos(schema_of("{}"), schema_of("{}")).version() == "xT9OvpsqULwrUv2IpdUD4Q==");
  const ProtoSchema chat = schema_of(shaddock::testing::kChatProtos);
  CHECK(Protos({}, chat).version() == "2zWPnSlRsRxjqgcU215Uxg==");
  CHECK(Protos(chat, {}).version() != Protos({}, chat).version());
}

TEST_CASE("A client with this version gets no protos, every other all of them") {
  const Protos protos({}, schema_of(shaddock::testing::kChatProtos));
  CHECK(protos.sys_members("2zWPnSlRsRxjqgcU215Uxg==") == R"("useProto":true)");
  const std::string_view all =
      R"("protos":{"server":{"onChat":{"msg":{"option":"required","type":"string","tag":1},)"
      R"("from":{"option":"required","type":"string","tag":2},)"
      R"("target":{"option":"required","type":"string","tag":3},)"
      R"("__messages":{},"__tags":{"1":"msg","2":"from","3":"target"}}},)"
      R"("client":{},"version":"2zWPnSlRsRxjqgcU215Uxg=="},"useProto":true)";
  CHECK(protos.sys_members("") == all);
  CHECK(protos.sys_members("xT9OvpsqULwrUv2IpdUD4Q==") == all);
  CHECK(Protos().sys_members("") ==
        R"("protos":{"server":{},"client":{},"version":"xT9OvpsqULwrUv2IpdUD4Q=="},)"
        R"("useProto":true)");
}

TEST_CASE("With the dictionary it makes the 733 bytes of a Pomelo server's handshake") {
  const Protos protos({}, schema_of(shaddock::testing::kChatProtos));
  const auto dictionary = Dictionary::make({"gate.gateHandler.queryEntry", "chat.chatHandler.send",
                                            "connector.entryHandler.enter"})
                              .unwrap();
  const auto reply = [&](std::string_view dict_version, std::string_view proto_version) {
    const std::string members = std::string(dictionary.sys_members(dict_version)) + ',' +
                                std::string(protos.sys_members(proto_version));
    return handshake_reply({.heartbeat = 3, .sys_members = members});
  };
  CHECK(reply("", "").size() == 733 - 4);  // of a package with its header
  CHECK(reply(dictionary.version(), protos.version()) ==
        R"({"code":200,"sys":{"heartbeat":3,"useDict":true,"useProto":true}})");
}

TEST_CASE("A route without a message has JSON bodies") {
  const ProtoSchema schema = schema_of(shaddock::testing::kGearProtos);
  CHECK(schema.find("onGear") != nullptr);
  CHECK(schema.find("Gear") == nullptr);
  CHECK(schema.find("onChat") == nullptr);
  CHECK_FALSE(schema.empty());
  CHECK(ProtoSchema().find("onGear") == nullptr);
  CHECK(ProtoSchema().empty());
}

TEST_CASE("A copy of a schema shares its messages") {
  ProtoSchema copy;
  {
    const ProtoSchema schema = schema_of(shaddock::testing::kSpawnProtos);
    copy = schema;
    CHECK(copy.find("onSpawn") == schema.find("onSpawn"));
  }
  CHECK(copy.find("onSpawn")->fields[1].message->name == "Pos");
}

TEST_CASE("A name is looked for from the hint on, and then from the start") {
  const ProtoSchema schema = schema_of(shaddock::testing::kSpawnProtos);
  const ProtoMessage& spawn = *schema.find("onSpawn");
  for (std::size_t hint = 0; hint < 7; ++hint) {
    CHECK(spawn.named("eid", hint) == 0);
    CHECK(spawn.named("tag", hint) == 3);
    CHECK(spawn.named("Pos", hint) == 4);
  }
}
