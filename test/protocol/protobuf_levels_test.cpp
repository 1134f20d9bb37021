#include "protocol/protobuf_levels.h"

#include <doctest/doctest.h>

#include "protocol/proto_text.h"

using namespace shaddock;
using namespace shaddock::protocol;
using namespace shaddock::testing;

namespace {

// A message with that many required fields, f0 and on.
ProtoSchema wide(int fields) {
  std::string text;
  for (int i = 0; i < fields; ++i)
    text += (i == 0 ? "" : ",") + ("\"required int32 f" + std::to_string(i)) +
            "\":" + std::to_string(i + 1);
  return schema_of("{\"on\": {" + text + "}}");
}

}  // namespace

TEST_CASE("Each open message has bits of its own, and errors name the way to the innermost") {
  const ProtoSchema schema = wide(130);
  const ProtoMessage& message = *schema.find("on");
  const std::string outer_name = "outer", inner_name = "inner";
  OpenMessages open;
  CHECK(open.explain("wrong") == "wrong");
  std::uint64_t* outer = nullptr;
  std::uint64_t* inner = nullptr;
  REQUIRE(open.open(message, outer) == nullptr);
  open.at(&outer_name);
  OpenMessages::set(outer, 129);
  REQUIRE(open.open(message, inner) == nullptr);
  CHECK(open.explain("wrong") == "outer: wrong");
  open.at(&inner_name);
  CHECK(open.explain("wrong") == "outer.inner: wrong");
  for (std::size_t i = 0; i < 130; ++i) {
    CHECK(OpenMessages::test(outer, i) == (i == 129));
    CHECK_FALSE(OpenMessages::test(inner, i));
  }
  open.close(message);
  CHECK(open.explain("wrong") == "outer: wrong");
}

TEST_CASE("The first required field that is missing is found") {
  const ProtoSchema schema = wide(130);
  const ProtoMessage& message = *schema.find("on");
  for (const std::size_t missing : {0u, 63u, 64u, 128u, 129u}) {
    OpenMessages open;
    std::uint64_t* seen = nullptr;
    REQUIRE(open.open(message, seen) == nullptr);
    for (std::size_t i = 0; i < 130; ++i)
      if (i != missing) OpenMessages::set(seen, i);
    CHECK_FALSE(open.all_required(message, seen));
    CHECK(open.explain("missing") == "f" + std::to_string(missing) + ": missing");
    OpenMessages::set(seen, missing);
    CHECK(open.all_required(message, seen));
  }
}

TEST_CASE("Depth and fields are bounded, and closing makes room") {
  std::uint64_t* seen = nullptr;
  OpenMessages deep(2);
  const ProtoSchema schema = wide(1);
  const ProtoMessage& small = *schema.find("on");
  CHECK(deep.open(small, seen) == nullptr);
  CHECK(deep.open(small, seen) == nullptr);
  CHECK(std::string(deep.open(small, seen)) == "nested too deep");
  deep.close(small);
  CHECK(deep.open(small, seen) == nullptr);

  const ProtoSchema many = wide(64 * 65);
  const ProtoMessage& large = *many.find("on");
  OpenMessages open;
  CHECK(open.open(large, seen) == nullptr);
  CHECK(std::string(open.open(large, seen)) == "too many fields");
  open.close(large);
  CHECK(open.open(large, seen) == nullptr);
}
