#include "protocol/protobuf_wire.h"

#include <doctest/doctest.h>

#include "protocol/hex.h"

using namespace shaddock;
using namespace shaddock::protocol;
using namespace shaddock::testing;

TEST_CASE("Varints and their sizes, on both sides of every border") {
  const struct {
    std::uint64_t value;
    const char* hex;
  } cases[] = {{0, "00"},
               {127, "7f"},
               {128, "8001"},
               {16383, "ff7f"},
               {16384, "808001"},
               {UINT32_MAX, "ffffffff0f"},
               {std::uint64_t{1} << 56, "808080808080808001"},
               {(std::uint64_t{1} << 63) - 1, "ffffffffffffffff7f"},
               {std::uint64_t{1} << 63, "80808080808080808001"},
               {UINT64_MAX, "ffffffffffffffffff01"}};
  for (const auto& test : cases) {
    CAPTURE(test.hex);
    Buffer out;
    append_varint(test.value, out);
    CHECK(to_hex(out.view()) == test.hex);
    CHECK(varint_size(test.value) == out.size());
    WireReader in(out.view());
    std::uint64_t read = 1;
    CHECK(in.varint(read));
    CHECK(read == test.value);
    CHECK(in.done());
  }
}

TEST_CASE("Zigzag puts the sign into the lowest bit") {
  const std::pair<std::int64_t, std::uint64_t> cases[] = {{0, 0},
                                                          {-1, 1},
                                                          {1, 2},
                                                          {-2147483648ll, 4294967295ull},
                                                          {2147483647ll, 4294967294ull},
                                                          {INT64_MAX, UINT64_MAX - 1},
                                                          {INT64_MIN, UINT64_MAX}};
  for (const auto& [value, code] : cases) {
    CHECK(zigzag(value) == code);
    CHECK(from_zigzag(code) == value);
  }
}

TEST_CASE("What cannot be read is not taken") {
  std::uint64_t wide = 7;
  std::uint32_t narrow = 7;
  std::string_view bytes = "before";
  const std::string input = from_hex("80 0102");
  WireReader in(input);
  CHECK_FALSE(in.fixed32(narrow));
  CHECK_FALSE(in.fixed64(wide));
  CHECK_FALSE(in.bytes(bytes));  // 128 of them
  CHECK(in.left() == 3);
  CHECK(bytes == "before");
  CHECK(in.varint(wide));
  CHECK(wide == 128);
  CHECK_FALSE(in.bytes(bytes));  // 2 of them
  CHECK(in.left() == 1);
  WireReader cut(std::string_view(input).substr(0, 1));
  CHECK_FALSE(cut.varint(wide));
  CHECK(cut.left() == 1);
}

TEST_CASE("Fixed numbers are little-endian") {
  Buffer out;
  append_fixed32(0x01020304, out);
  append_fixed64(0x05060708090a0b0c, out);
  CHECK(to_hex(out.view()) == "040302010c0b0a0908070605");
  WireReader in(out.view());
  std::uint32_t narrow = 0;
  std::uint64_t wide = 0;
  CHECK(in.fixed32(narrow));
  CHECK(in.fixed64(wide));
  CHECK(narrow == 0x01020304);
  CHECK(wide == 0x05060708090a0b0c);
  CHECK(in.done());
}

TEST_CASE("Keys hold the tag and the wire type of the kind") {
  using Kind = ProtoField::Kind;
  const struct {
    Kind kind;
    const char* hex;
  } cases[] = {{Kind::u_int32, "08"}, {Kind::s_int32, "08"}, {Kind::float32, "0d"},
               {Kind::float64, "09"}, {Kind::string, "0a"},  {Kind::message, "0a"}};
  for (const auto& test : cases) {
    ProtoField field;
    field.kind = test.kind;
    field.tag = 1;
    Buffer out;
    append_key(field, out);
    CHECK(to_hex(out.view()) == test.hex);
  }
  ProtoField last;
  last.tag = ProtoMessage::kMaxTag;
  Buffer out;
  append_key(last, out);
  CHECK(to_hex(out.view()) == "faffffff07");
}
