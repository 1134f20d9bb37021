#include <doctest/doctest.h>

#include <bit>
#include <limits>

#include "protocol/protobuf_codec.h"
#include "protocol/protobuf_wire.h"

using namespace shaddock;
using namespace shaddock::protocol;
using namespace shaddock::testing;

namespace {

struct Values {
  std::optional<std::uint8_t> u;
  std::optional<int> s;
  std::optional<float> f;
  double d = -1;
  std::string t = "unset";
  std::vector<int> us;
  std::optional<std::vector<std::string>> ts;
  static void fields(auto& m, auto&& f) {
    f("t", m.t);
    f("u", m.u);
    f("s", m.s);
    f("f", m.f);
    f("d", m.d);
    f("us", m.us);
    f("ts", m.ts);
  }
};

struct Tree {
  int v = 0;
  std::vector<Tree> more;
  static void fields(auto& m, auto&& f) {
    f("v", m.v);
    f("more", m.more);
  }
};

template <class T>
struct Single {
  T u{};
  static void fields(auto& m, auto&& f) { f("u", m.u); }
};

const ProtoMessage& all() {
  static const ProtoSchema schema = schema_of(kAllProtos);
  return *schema.find("onAll");
}

std::string refused(std::string_view hex) { return refusal(all(), from_hex(hex)); }

std::string varint(std::uint64_t value) {
  Buffer out;
  append_varint(value, out);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("The bytes of Pomelo are decoded to Json, in the order in which they came") {
  for (const ProtoCase& vector : pomelo_vectors()) {
    CAPTURE(vector.schema);
    CAPTURE(vector.json);
    const ProtoSchema schema = schema_of(vector.schema);
    const auto message = decoded(*schema.find(vector.route), from_hex(vector.hex));
    REQUIRE(message.ok());
    CHECK(message->dump() == vector.json);
  }
}

TEST_CASE("Fields come in any order, and those of a list between others") {
  const ProtoSchema schema = schema_of(kSpawnProtos);
  const Spawn expected{9, {-3, 4}, {{1, -1}, {200, -200}}, "ok"};
  for (const char* hex : {"0809 1204 0805 1008 1a04 0802 1001 1a06 089003 108f03 2202 6f6b",
                          "1a04 0802 1001 2202 6f6b 1204 1008 0805 1a06 108f03 089003 0809"}) {
    CHECK(decoded<Spawn>(*schema.find("onSpawn"), from_hex(hex)).unwrap() == expected);
    CHECK(decoded(*schema.find("onSpawn"), from_hex(hex)).unwrap() ==
          parse_json(R"({"eid":9,"at":{"x":-3,"y":4},"tag":"ok",
                         "trail":[{"x":1,"y":-1},{"x":200,"y":-200}]})")
              .unwrap());
  }
}

TEST_CASE("Of a field that comes twice the last one counts, and lists go on") {
  // t u us u ts us t ts
  const std::string bytes =
      from_hex("2a0161 0801 38020102 0803 5a0178 380107 2a0162 5a0179 210000000000000840");
  const Values values = decoded<Values>(all(), bytes).unwrap();
  CHECK(values.u == 3);
  CHECK(values.t == "b");
  CHECK(values.d == 3);
  CHECK(values.us == std::vector<int>{1, 2, 7});
  CHECK(values.ts == std::vector<std::string>{"x", "y"});
  CHECK_FALSE(values.s);
  CHECK(decoded(all(), bytes)->dump() == R"({"t":"b","u":3,"us":[1,2,7],"ts":["x","y"],"d":3})");

  using Named = std::map<std::string, std::vector<Json>>;
  CHECK(decoded<Named>(all(), from_hex("38020102 5a0178 380107 5a0179")).unwrap() ==
        Named{{"us", {1, 2, 7}}, {"ts", {"x", "y"}}});

  // A message that comes again is another one.
  const std::string trees = from_hex("3206 0802 1202 0804 3202 0806");
  CHECK(decoded(all(), trees)->dump() == R"({"tree":{"v":3}})");
}

TEST_CASE("The wire type is not looked at, as in Pomelo") {
  for (const char* key : {"08", "09", "0a", "0b", "0c", "0d", "0e", "0f"})
    CHECK(decoded(all(), from_hex(key) + from_hex("9601"))->dump() == R"({"u":150})");
}

TEST_CASE("What neither schema nor struct demand may be absent") {
  CHECK(decoded(all(), "")->dump() == "{}");
  CHECK(refusal<Values>(all(), from_hex("210000000000000840")) == "t: missing");
  CHECK(refusal<Values>(all(), from_hex("2a00")) == "d: missing");
  CHECK(refusal<Values>(all(), from_hex("2a00 210000000000000840")) == "good");
  CHECK(refusal<Nothing>(all(), from_hex("0801 2a0161 38020102")) == "good");
  CHECK(refusal(*schema_of(kChatProtos).find("onChat"), from_hex("0a00 1a00")) == "from: missing");
  CHECK(refusal<Nothing>(*schema_of(kChatProtos).find("onChat"), "") == "msg: missing");
  CHECK(refused("32040802 1200") == "tree.left.v: missing");
}

TEST_CASE("Values must fit into the fields of the struct") {
  CHECK(refusal<Values>(all(), from_hex("088002")) ==
        "u: expected an integer from 0 to 255, got 256");
  CHECK(refusal<Single<std::string>>(all(), from_hex("0801")) == "u: expected a string, got 1");
  CHECK(refusal<Single<std::vector<int>>>(all(), from_hex("0801")) ==
        "u: expected an array, got 1");
  CHECK(refusal<Single<bool>>(all(), from_hex("0801")) == "u: expected true or false, got 1");
  CHECK(decoded<Single<double>>(all(), from_hex("0801"))->u == 1);
  CHECK(decoded<Single<Json>>(all(), from_hex("0801"))->u == Json(1));
  CHECK(decoded<Single<std::uint64_t>>(all(), from_hex("08ffffffffffffffffff01"))->u == ~0ull);
  CHECK(refusal<std::map<std::string, int>>(all(), from_hex("38020102")) ==
        "us: expected an integer from -2147483648 to 2147483647, got an array");
  CHECK(refusal<std::map<std::string, int>>(all(), from_hex("32020802")) ==
        "tree: expected an integer from -2147483648 to 2147483647, got an object");
  CHECK(refusal<std::vector<int>>(all(), from_hex("0801")) == "expected an array, got an object");
}

TEST_CASE("Numbers of all sizes are read") {
  CHECK(decoded(all(), from_hex("1d0000c03f 210000000000000440"))->dump() ==
        R"({"f":1.5,"d":2.5})");
  const std::string lowest = from_hex("10 ffffffffffffffffff01");
  CHECK(decoded(all(), lowest)->at("s").as_integer() == INT64_MIN);
  CHECK(decoded(all(), from_hex("10 feffffffffffffffff01"))->at("s").as_integer() == INT64_MAX);
}

TEST_CASE("An unknown tag is refused") {
  CHECK(refused("6801") == "unknown tag 13");
  CHECK(refused("0001") == "unknown tag 0");
  CHECK(refused("0801 ffffffffffffffffff01") == "unknown tag 2305843009213693951");
  CHECK(refused("3204 0802 2001") == "tree: unknown tag 4");
  // Tag 1 with bits that JavaScript would lose.
  CHECK(refused("888080808002 01") == "unknown tag 8589934593");
}

TEST_CASE("Bytes that end too early are refused, wherever they end") {
  const std::string bytes = from_hex(
      "089601 1001 1d0000003f 21000000000000e03f 2a026869 3206 0802 1a02 0804 3802038e02 40020102 "
      "49010000003f 5101000000000000e03f 5a0178 6202 0802");
  REQUIRE(refusal(all(), bytes) == "good");
  // Where a field ends, the bytes before it are a message.
  std::size_t good = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size)
    good += refusal(all(), std::string_view(bytes).substr(0, size)) == "good" ? 1 : 0;
  CHECK(good == 12);

  CHECK(refused("08") == "u: the bytes end in it, or are no such value");
  CHECK(refused("21 0000000000e03f") == "d: the bytes end in it, or are no such value");
  CHECK(refused("1d 00003f") == "f: the bytes end in it, or are no such value");
  CHECK(refused("2a03 6869") == "t: the bytes end in it, or are no such value");
  CHECK(refused("0801 80") == "a key is cut, or no number of 64 bits");
}

TEST_CASE("A varint has at most 10 bytes and 64 bits") {
  CHECK(refused("08 80808080808080808001") == "good");
  CHECK(refused("08 80808080808080808002") == "u: the bytes end in it, or are no such value");
  CHECK(refused("08 8080808080808080808001") == "u: the bytes end in it, or are no such value");
  CHECK(refused("ffffffffffffffffffff01") == "a key is cut, or no number of 64 bits");
}

TEST_CASE("A length or a count beyond the end is refused before anything is made") {
  for (const std::uint64_t size :
       {std::uint64_t{2}, std::uint64_t{1} << 31, (std::uint64_t{1} << 32) - 1,
        std::uint64_t{1} << 32, (std::uint64_t{1} << 32) + 1, ~std::uint64_t{0}}) {
    CAPTURE(size);
    const std::string cut = "the bytes end in it, or are no such value";
    CHECK(refusal(all(), "\x2A" + varint(size) + "x") == "t: " + cut);
    CHECK(refusal(all(), "\x32" + varint(size) + "x") == "tree: " + cut);
    CHECK(refusal(all(), "\x5A" + varint(size) + "x") == "ts: " + cut);
    CHECK(refusal(all(), "\x62" + varint(size) + "x") == "trees: " + cut);
    CHECK(refusal(all(), "\x38" + varint(size) + "x") == "us: fewer bytes than items");
    CHECK(refusal(all(), "\x49" + varint(size) + "xxxx") == "fs: fewer bytes than items");
    CHECK(refusal(all(), "\x51" + varint(size) + "xxxxxxxx") == "ds: fewer bytes than items");
  }
  CHECK(refused("51 02 000000000000e03f 000000000000e0") == "ds: fewer bytes than items");
  CHECK(refused("38 02 01 80") == "us: the bytes end in it, or are no such value");
}

TEST_CASE("Numbers that are not finite are refused, as JSON could not bring them either") {
  CHECK(refused("1d 0000807f") == "f: not a finite number");
  CHECK(refused("1d 0000c07f") == "f: not a finite number");
  CHECK(refused("21 000000000000f0ff") == "d: not a finite number");
  CHECK(refused("51 01 000000000000f87f") == "ds: not a finite number");
}

TEST_CASE("Text must be UTF-8, and pairs of surrogates are folded") {
  CHECK(decoded(all(), from_hex("2a06 eda0bdedb880"))->at("t") == Json("\xF0\x9F\x98\x80"));
  CHECK(decoded<Single<Json>>(all(), from_hex("2a06 eda0bdedb880")).error().text == "u: missing");
  CHECK(decoded(all(), from_hex("5a08 61eda0bdedb88062"))->at("ts").as_array()[0] ==
        Json("a\xF0\x9F\x98\x80"
             "b"));
  for (const char* wrong : {"ff", "c3", "eda0bd", "edb880", "c080", "f4908080", "61eda0bd62"}) {
    const std::string bytes = from_hex(wrong);
    CHECK(refusal(all(), "\x2A" + varint(bytes.size()) + bytes) == "t: not UTF-8");
    CHECK(refusal<Nothing>(all(), "\x2A" + varint(bytes.size()) + bytes) == "t: not UTF-8");
  }
}

TEST_CASE("32 messages in each other are read, and no more") {
  const auto nested = [](int depth, std::size_t limit = 32) {
    std::string bytes;
    for (int i = 1; i < depth; ++i) {
      const std::string inner = "\x08\x02" + bytes;
      bytes = (i + 1 == depth ? "\x32" : "\x12") + varint(inner.size()) + inner;
    }
    return refusal(all(), bytes, {.depth = limit});
  };
  CHECK(nested(32) == "good");
  std::string path = "tree";
  for (int i = 0; i < 31; ++i) path += ".left";
  CHECK(nested(33) == path + ": nested too deep");
  CHECK(nested(33, 1000) == path + ": nested too deep");
  CHECK(nested(1, 1) == "good");
  CHECK(nested(2, 1) == "tree: nested too deep");
  CHECK(nested(2, 2) == "good");
}

TEST_CASE("10,000 values are read, and no more") {
  const auto with = [](std::size_t values) {
    return "\x38" + varint(values - 1) + std::string(values - 1, '\x01');  // the field is one, too
  };
  CHECK(refusal(all(), with(10'000)) == "good");
  CHECK(refusal(all(), with(10'001)) == "us: too many values");
  CHECK(refusal<Nothing>(all(), with(10'001)) == "us: too many values");
  CHECK(refusal(all(), with(5), {.values = 5}) == "good");
  CHECK(refusal(all(), with(5), {.values = 4}) == "us: too many values");

  std::string fields, trees;
  for (int i = 0; i < 10'001; ++i) fields += i % 2 == 0 ? "\x5A\x01x" : std::string("\x38\0", 2);
  CHECK(refusal(all(), fields) == "too many values");
  for (int i = 0; i < 5'001; ++i) trees += "\x62\x02\x08\x02";
  CHECK(refusal(all(), trees) == "too many values");
}

TEST_CASE("A struct may contain itself") {
  const ProtoSchema schema = schema_of(
      R"({"on": {"required int32 v": 1, "repeated Tree more": 3},
          "message Tree": {"required int32 v": 1, "repeated Tree more": 3}})");
  const Tree tree =
      decoded<Tree>(*schema.find("on"), from_hex("0802 1a06 0804 1a02 0806 1a02 0808")).unwrap();
  REQUIRE(tree.more.size() == 2);
  REQUIRE(tree.more[0].more.size() == 1);
  CHECK(tree.v == 1);
  CHECK(tree.more[0].v == 2);
  CHECK(tree.more[0].more[0].v == 3);
  CHECK(tree.more[1].v == 4);
}
