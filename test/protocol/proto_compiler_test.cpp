#include "protocol/proto_compiler.h"

#include <doctest/doctest.h>

#include "protocol/proto_text.h"

using namespace shaddock;
using namespace shaddock::protocol;
using shaddock::testing::problems_of;
using shaddock::testing::schema_of;

namespace {

using Kind = ProtoField::Kind;
using Option = ProtoField::Option;

}  // namespace

TEST_CASE("Fields know their option, kind and tag") {
  const ProtoSchema schema = schema_of(R"({"onAll": {
    "required uInt32 a": 9, "optional int32 b": 2, "repeated sInt32 c": 3, "optional float d": 4,
    "optional double e": 5, "optional string f": 6, "optional Deep g": 7, "message Deep": {}}})");
  const ProtoMessage* all = schema.find("onAll");
  REQUIRE(all != nullptr);
  CHECK(all->name == "onAll");
  const struct {
    const char* name;
    Option option;
    Kind kind;
    std::uint32_t tag;
    const char* type;
  } expected[] = {{"a", Option::required, Kind::u_int32, 9, "uInt32"},
                  {"b", Option::optional, Kind::s_int32, 2, "int32"},
                  {"c", Option::repeated, Kind::s_int32, 3, "sInt32"},
                  {"d", Option::optional, Kind::float32, 4, "float"},
                  {"e", Option::optional, Kind::float64, 5, "double"},
                  {"f", Option::optional, Kind::string, 6, "string"},
                  {"g", Option::optional, Kind::message, 7, "Deep"}};
  REQUIRE(all->fields.size() == std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    const ProtoField& field = all->fields[i];
    CAPTURE(field.name);
    CHECK(field.name == expected[i].name);
    CHECK(field.option == expected[i].option);
    CHECK(field.kind == expected[i].kind);
    CHECK(field.tag == expected[i].tag);
    CHECK(field.type == expected[i].type);
    CHECK((field.message != nullptr) == (field.kind == Kind::message));
    CHECK(all->with_tag(field.tag) == i);
    CHECK(all->named(field.name) == i);
  }
  CHECK(all->required == std::vector<std::uint64_t>{1});
}

TEST_CASE("A type is looked for in its own message first, then at the top level") {
  const ProtoSchema schema = schema_of(R"({
    "onHere": {"optional Pos at": 1, "message Pos": {"optional Pos next": 1, "optional Far far": 2}},
    "onThere": {"optional Pos at": 1},
    "message Far": {}, "message Pos": {"optional Pos next": 1, "optional string name": 2}})");
  const ProtoMessage* near = schema.find("onHere")->fields[0].message;
  const ProtoMessage* global = schema.find("onThere")->fields[0].message;
  CHECK(near->named("far") == 1);
  CHECK(near->fields[0].message == global);  // as Pomelo: not found in itself, so the global one
  CHECK(global->named("name") == 1);
  CHECK(global->fields[0].message == global);
  CHECK(schema.find("message Pos") == nullptr);
}

TEST_CASE("A type of an outer message is a problem, since Pomelo's clients do not see it") {
  CHECK(problems_of(R"({"on": {"message A": {"optional B b": 1}, "message B": {}}})") ==
        "protos.json:1:23: on.message A.optional B b: \"B\" belongs to \"on\", where Pomelo's "
        "clients do not look for it: move it to the top level\n");
}

TEST_CASE("Whatever is wrong has its place, and all of it is told at once") {
  CHECK(
      problems_of(R"({
  "onMove": {
    "required uInt32": 1,
    "required  uInt32 eid": 1,
    "maybe uInt32 eid": 1,
    "required bool moving": 1,
    "required uInt32 zero": 0,
    "required uInt32 large": 268435456,
    "required uInt32 text": "1",
    "required uInt32 real": 1.5,
    "required uInt32 one": 2,
    "required uInt32 two": 2,
    "optional string one": 6,
    "optional string __tags": 3,
    "required uInt64 wide": 4,
    "message": {},
    "message A B": {},
    "message float": {},
    "message Pos": [],
    "optional Pos at": 5
  },
  "message ": {},
  "onText": "x",
  "": {}
})") ==
      R"(protos.json:3:5: onMove.required uInt32: must be three words with one space between, as in "required string name"
protos.json:4:5: onMove.required  uInt32 eid: must be three words with one space between, as in "required string name"
protos.json:5:5: onMove.maybe uInt32 eid: unknown option "maybe"; there are required, optional and repeated
protos.json:7:29: onMove.required uInt32 zero: the tag must be a number from 1 to 268435455, got 0
protos.json:8:30: onMove.required uInt32 large: the tag must be a number from 1 to 268435455, got 268435456
protos.json:9:29: onMove.required uInt32 text: the tag must be a number from 1 to 268435455, got "1"
protos.json:10:29: onMove.required uInt32 real: the tag must be a number from 1 to 268435455, got 1.5
protos.json:12:5: onMove.required uInt32 two: the tag 2 belongs to "one"
protos.json:13:5: onMove.optional string one: there is another field of this name
protos.json:14:5: onMove.optional string __tags: "__tags" is not a name for a field
protos.json:16:5: onMove.message: must be two words with one space between, as in "message Name"
protos.json:17:5: onMove.message A B: must be two words with one space between, as in "message Name"
protos.json:18:5: onMove.message float: "float" is a type already
protos.json:19:20: onMove.message Pos: must be an object of fields, got an array
protos.json:22:3: message : must be two words with one space between, as in "message Name"
protos.json:23:13: onText: must be an object of fields, got "x"
protos.json:24:3: a route must have 1 to 255 bytes
protos.json:6:5: onMove.required bool moving: unknown type "bool"; there are uInt32, int32, sInt32, float, double, string and the messages of this object and of the file
protos.json:15:5: onMove.required uInt64 wide: unknown type "uInt64"; there are uInt32, int32, sInt32, float, double, string and the messages of this object and of the file
protos.json:20:5: onMove.optional Pos at: unknown type "Pos"; there are uInt32, int32, sInt32, float, double, string and the messages of this object and of the file
)");
}

TEST_CASE("A file that is no object is a problem") {
  CHECK(problems_of("[]") == "protos.json:1:1: must be an object of messages, got an array\n");
}

TEST_CASE("Of keys given twice the last one counts, in the place of the first") {
  auto parsed = parse_document(
      R"({"a": {"optional int32 x": 1, "optional int32 y": 2, "optional int32 x": 3}, "b": {},
          "a": {"optional int32 x": 4, "optional int32 y": 2, "optional int32 x": 3}})",
      "protos.json");
  const std::size_t warnings = parsed.problems.size();
  const auto schema = ProtoSchema::parse(*parsed.document, parsed.problems);
  CHECK(parsed.problems.size() == warnings);
  CHECK(schema.parsed_form() ==
        R"({"a":{"x":{"option":"optional","type":"int32","tag":3},)"
        R"("y":{"option":"optional","type":"int32","tag":2},"__messages":{},)"
        R"("__tags":{"2":"y","3":"x"}},"b":{"__messages":{},"__tags":{}}})");
}

TEST_CASE("Messages nested as deep as a file may be are accepted") {
  std::string text = "{}";
  for (int depth = 0; depth < 30; ++depth) text = R"({"message M":)" + text + '}';
  CHECK(problems_of(R"({"on":)" + text + '}') == "");
}

TEST_CASE("Tags up to the highest are found, others are not") {
  const ProtoSchema schema = schema_of(
      R"({"on": {"optional int32 a": 268435455, "optional int32 b": 2, "optional int32 c": 1}})");
  const ProtoMessage& on = *schema.find("on");
  CHECK(on.with_tag(268435455) == 0);
  CHECK(on.with_tag(2) == 1);
  CHECK(on.with_tag(1) == 2);
  for (const std::uint64_t tag : {0ull, 3ull, 268435456ull, (1ull << 32) + 1, ~0ull}) {
    CAPTURE(tag);
    CHECK(on.with_tag(tag) == on.fields.size());
  }
}
