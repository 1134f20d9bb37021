#include "protocol/protobuf.h"

#include "base/json_codec.h"
#include "fuzz/everything.h"
#include "fuzz/input.h"

// What decodes encodes again, and decodes to the same; into a tree and into a struct. The first
// byte chooses the schema.

using namespace shaddock;
using namespace shaddock::protocol;

namespace {

constexpr std::string_view kSchemas = R"({
  "a": {"optional uInt32 natural": 1, "optional sInt32 number": 2, "optional int32 wide": 3,
        "optional float narrow": 4, "optional double real": 5, "optional string text": 6,
        "repeated int32 numbers": 7, "repeated double reals": 8, "repeated string texts": 9,
        "optional Leaf leaf": 10, "repeated Tree more": 11, "repeated float anys": 12,
        "optional uInt32 colour": 13, "optional int32 tiny": 14, "optional uInt32 unheard": 15,
        "optional Pair named": 16, "optional uInt32 wideNatural": 17, "optional Lists lists": 18,
        "optional Weak leaves": 19},
  "b": {"required string text": 1, "required Leaf leaf": 300, "repeated uInt32 numbers": 70000,
        "required double narrow": 2, "repeated Leaf anys": 16, "optional Leaf any": 17},
  "c": {"optional string number": 1, "optional Leaf text": 2, "repeated string reals": 3,
        "optional uInt32 flag": 4, "optional double colour": 5, "repeated Leaf leaf": 6,
        "optional Leaf leaves": 7, "optional Leaf named": 8, "repeated sInt32 any": 9},
  "message Lists": {"repeated int32 x": 1},
  "message Weak": {"optional Half x": 1}, "message Half": {"optional string name": 1},
  "message Pair": {"optional int32 x": 1, "optional uInt32 y": 2},
  "message Leaf": {"required string name": 1, "required int32 count": 2},
  "message Tree": {"optional string text": 1, "repeated Tree more": 2, "optional Leaf leaf": 3,
                   "repeated sInt32 numbers": 4, "optional float real": 5}
})";

struct Schemas {
  Schemas() {
    std::vector<Problem> problems;
    const ParsedDocument parsed = parse_document(kSchemas, "schemas");
    fuzz::require(parsed.document.has_value(), "the schemas are JSON");
    schema = ProtoSchema::parse(*parsed.document, problems);
    fuzz::require(problems.empty(), "the schemas are right");
  }
  ProtoSchema schema;
};

template <class Value>
void check(const ProtoMessage& schema, std::string_view bytes, const ProtoLimits& limits) {
  const Type& type = type_of<Value>();
  Value value;
  if (const auto read = decode_protobuf(schema, bytes, type, &value, limits); !read)
    return fuzz::require(read.error().code == code::kBadMessage && !read.error().text.empty(),
                         "an error is a 400 that says what is wrong");
  Buffer one, two;
  one.append("before");
  if (!encode_protobuf(schema, type, &value, one))
    return fuzz::require(one.view() == "before", "after an error nothing is written");
  one.consume(6);
  Value again;
  fuzz::require(decode_protobuf(schema, one.view(), type, &again).ok(), "what is sent can be read");
  fuzz::require(encode_protobuf(schema, type, &again, two).ok(), "and be sent again");
  fuzz::require(one.view() == two.view(), "as the same bytes");
}

// A message that the server's code made, also one that does not fit.
template <class Value>
void check_writing(const ProtoMessage& schema, const Value& value) {
  const Type& type = type_of<Value>();
  Buffer out;
  if (!encode_protobuf(schema, type, &value, out))
    return fuzz::require(out.empty(), "after an error nothing is written");
  Json read;
  fuzz::require(decode_protobuf(schema, out.view(), type_of<Json>(), &read).ok(),
                "what is written can be read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Schemas schemas;
  fuzz::Input in(fuzz::text_of(data, size));
  constexpr std::string_view kRoutes[] = {"a", "b", "c"};
  const ProtoMessage* const schema = schemas.schema.find(kRoutes[in.byte() % 3]);
  fuzz::require(schema != nullptr, "the schema is there");
  check<Json>(*schema, in.rest(), {});
  check<fuzz::Everything>(*schema, in.rest(), {});
  check<Json>(*schema, in.rest(), {.depth = 3, .values = 10});
  if (const auto tree = parse_json(in.rest())) check_writing(*schema, *tree);
  fuzz::Everything odd;
  odd.text = in.rest();
  check_writing(*schema, odd);
  if (const auto message = decode_json<fuzz::Everything>(in.rest()))
    check_writing(*schema, *message);
  return 0;
}
