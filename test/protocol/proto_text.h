#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "protocol/proto_schema.h"

namespace shaddock::testing {

// What is wrong with the file, a line for each.
inline std::string problems_of(std::string_view text) {
  auto parsed = parse_document(text, "protos.json");
  REQUIRE(parsed.document);
  protocol::ProtoSchema::parse(*parsed.document, parsed.problems);
  std::string all;
  for (const Problem& problem : parsed.problems) all += to_string(problem) + '\n';
  return all;
}

// The schema of a file without problems.
inline protocol::ProtoSchema schema_of(std::string_view text) {
  auto parsed = parse_document(text, "protos.json");
  REQUIRE(parsed.document);
  auto schema = protocol::ProtoSchema::parse(*parsed.document, parsed.problems);
  for (const Problem& problem : parsed.problems) FAIL(to_string(problem));
  return schema;
}

inline constexpr std::string_view kChatProtos =
    R"({"onChat": {"required string msg": 1, "required string from": 2,
                   "required string target": 3}})";
inline constexpr std::string_view kSpawnProtos =
    R"({"onSpawn": {"message Pos": {"required sInt32 x": 1, "required sInt32 y": 2},
                    "required uInt32 eid": 1, "required Pos at": 2, "repeated Pos trail": 3,
                    "optional string tag": 4}})";
inline constexpr std::string_view kGearProtos =
    R"({"message Gear": {"required uInt32 kind": 1, "optional string label": 2},
        "onGear": {"repeated Gear all": 1, "optional Gear best": 2}})";

}  // namespace shaddock::testing
