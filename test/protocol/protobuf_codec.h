#pragma once

#include <string>
#include <string_view>

#include "protocol/hex.h"
#include "protocol/proto_text.h"
#include "protocol/protobuf.h"

namespace shaddock::testing {

// The bytes of the message in hex, or the text of the error.
template <class M>
std::string encoded(const protocol::ProtoMessage& schema, const M& message) {
  Buffer out;
  out.append("..");  // what stands in front must stay
  const auto done = protocol::encode_protobuf(schema, type_of<M>(), &message, out);
  if (!done) return out.view() == ".." ? done.error().text : "half a message was left behind";
  return to_hex(out.view().substr(2));
}

template <class M = Json>
Result<M> decoded(const protocol::ProtoMessage& schema, std::string_view bytes,
                  const protocol::ProtoLimits& limits = {}) {
  M message{};
  auto done = protocol::decode_protobuf(schema, bytes, type_of<M>(), &message, limits);
  if (!done) return std::move(done).error();
  return message;
}

// The text of the error, or "good".
template <class M = Json>
std::string refusal(const protocol::ProtoMessage& schema, std::string_view bytes,
                    const protocol::ProtoLimits& limits = {}) {
  const auto done = decoded<M>(schema, bytes, limits);
  if (done) return "good";
  return done.error().code == 400 ? done.error().text : "not code 400";
}

// One message and its vectors.
struct ProtoCase {
  std::string schema;
  std::string route;
  std::string json;
  std::string hex;
};

inline ProtoCase one_field(const std::string& field, const std::string& json,
                           const std::string& hex) {
  return {"{\"on\": {" + field + "}}", "on", json, hex};
}

// Made with Pomelo's own encoder.
inline std::vector<ProtoCase> pomelo_vectors() {
  const std::string u32 = R"("required uInt32 a": 1)", s32 = R"("required sInt32 a": 1)";
  const std::string four = R"("optional uInt32 a": 15, "optional uInt32 b": 16,
                              "optional uInt32 c": 2047, "optional uInt32 d": 2048)";
  return {
      one_field(u32, R"({"a":150})", "089601"),
      one_field(u32, R"({"a":4294967295})", "08ffffffff0f"),
      one_field(u32, R"({"a":9007199254740991})", "08ffffffffffffff0f"),
      one_field(s32, R"({"a":-150})", "08ab02"),
      one_field(s32, R"({"a":150})", "08ac02"),
      one_field(R"("required int32 a": 1)", R"({"a":-1})", "0801"),
      one_field(s32, R"({"a":-2147483648})", "08ffffffff0f"),
      one_field(s32, R"({"a":2147483647})", "08feffffff0f"),
      one_field(s32, R"({"a":-4503599627370496})", "08ffffffffffffff0f"),
      one_field(R"("optional float a": 3)", R"({"a":0.5})", "1d 0000003f"),
      one_field(R"("optional double a": 4)", R"({"a":0.5})", "21 000000000000e03f"),
      one_field(R"("required string a": 2)", "{\"a\":\"h\u00e9llo\"}", "1206 68c3a96c6c6f"),
      one_field(R"("required string a": 2)", R"({"a":""})", "1200"),
      one_field(four, R"({"a":1,"b":1,"c":1,"d":1})", "7801 800101 f87f01 80800101"),
      one_field(R"("repeated uInt32 a": 1)", R"({"a":[3,270,86942]})", "08 03 03 8e02 9ea705"),
      one_field(R"("repeated string a": 1)", R"({"a":["x","","yz"]})", "0a0178 0a00 0a02797a"),
      one_field(R"("repeated double a": 2)", R"({"a":[0.5,-2]})",
                "11 02 000000000000e03f 00000000000000c0"),
      one_field(R"("repeated sInt32 a": 5)", R"({"a":[-1,0,1]})", "28 03 01 00 02"),
      {std::string(kSpawnProtos), "onSpawn",
       R"({"eid":9,"at":{"x":-3,"y":4},"trail":[{"x":1,"y":-1},{"x":200,"y":-200}],"tag":"ok"})",
       "0809 1204 0805 1008 1a04 0802 1001 1a06 089003 108f03 2202 6f6b"},
      {std::string(kSpawnProtos), "onSpawn", R"({"tag":"ok","at":{"y":4,"x":-3},"eid":9})",
       "2202 6f6b 1204 1008 0805 0809"},
      {std::string(kGearProtos), "onGear",
       R"({"all":[{"kind":1},{"kind":2,"label":"b"}],"best":{"kind":2}})",
       "0a02 0801 0a05 0802 1201 62 1202 0802"},
      {std::string(kGearProtos), "onGear", "{}", ""},
      {std::string(kChatProtos), "onChat", R"({"msg":"hi","from":"bob","target":"*"})",
       "0a026869 1203626f62 1a012a"},
      {std::string(kChatProtos), "onChat", R"({"msg":"hello","from":"amy","target":"*"})",
       "0a0568656c6c6f 1203616d79 1a012a"},
  };
}

inline std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

// The structs of onSpawn and onGear.
struct Pos {
  int x = 0, y = 0;
  bool operator==(const Pos&) const = default;
  static void fields(auto& m, auto&& f) {
    f("x", m.x);
    f("y", m.y);
  }
};
struct Spawn {
  unsigned eid = 0;
  Pos at;
  std::vector<Pos> trail;
  std::optional<std::string> tag;
  bool operator==(const Spawn&) const = default;
  static void fields(auto& m, auto&& f) {
    f("eid", m.eid);
    f("at", m.at);
    f("trail", m.trail);
    f("tag", m.tag);
  }
};

// A field of every kind, and a message that contains itself.
inline constexpr std::string_view kAllProtos = R"({
  "onAll": {"optional uInt32 u": 1, "optional sInt32 s": 2, "optional float f": 3,
            "optional double d": 4, "optional string t": 5, "optional Tree tree": 6,
            "repeated uInt32 us": 7, "repeated int32 ss": 8, "repeated float fs": 9,
            "repeated double ds": 10, "repeated string ts": 11, "repeated Tree trees": 12},
  "message Tree": {"required int32 v": 1, "optional Tree left": 2, "repeated Tree more": 3}
})";

}  // namespace shaddock::testing
