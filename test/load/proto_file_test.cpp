#include "load/proto_file.h"

#include <doctest/doctest.h>

#include "base/document.h"

using namespace shaddock;
using namespace shaddock::load;

namespace {

protocol::ProtoSchema schema(std::string_view text) {
  const auto document = parse_document(text, "protos.json");
  REQUIRE(document.document.has_value());
  std::vector<Problem> problems;
  auto made = protocol::ProtoSchema::parse(*document.document, problems);
  REQUIRE(problems.empty());
  return made;
}

}  // namespace

TEST_CASE("A schema in its parsed form becomes the same schema again") {
  const auto original = schema(R"({
      "message Pos": {"required sInt32 x": 1, "optional float y": 2},
      "onMove": {"required uInt32 eid": 1, "repeated Pos path": 2, "repeated In list": 4,
                 "message In": {"required string name": 1, "optional Deep deep": 2,
                                "message Deep": {"required double d": 7}}},
      "onEmpty": {}})");
  const auto parsed = parse_json(original.parsed_form());
  REQUIRE(parsed.ok());
  const auto again = schema_of_parsed_form(*parsed);
  REQUIRE(again.ok());
  CHECK(again->parsed_form() == original.parsed_form());
  const auto* move = again->find("onMove");
  REQUIRE(move != nullptr);
  CHECK(move->fields.size() == 3);
  CHECK(move->fields[move->with_tag(2)].message != nullptr);
}

TEST_CASE("What is no parsed form is no schema") {
  const auto refused = [](std::string_view text) {
    const auto schema = schema_of_parsed_form(*parse_json(text));
    return !schema.ok() || schema->empty();
  };
  CHECK(refused(R"({"r":{"x":{"option":"perhaps","type":"string","tag":1}}})"));
  CHECK(refused(R"({"r":{"x":{"option":"required","type":"Unknown","tag":1}}})"));
  CHECK(refused(R"({"r":{"x":{"option":"required","type":"string","tag":"one"}}})"));
  CHECK(refused(R"({"r":{"x":{"tag":1}}})"));
}

TEST_CASE("A form nested without end is cut off") {
  std::string text = R"({"r":)";
  for (int i = 0; i < 12; ++i) text += R"({"__messages":{"M":)";
  text += "{}";
  for (int i = 0; i < 12; ++i) text += "}}";
  const auto parsed = parse_json(text + "}");
  REQUIRE(parsed.ok());
  CHECK(schema_of_parsed_form(*parsed).ok());
}
