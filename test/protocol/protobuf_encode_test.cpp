#include <doctest/doctest.h>

#include <limits>
#include <memory>

#include "protocol/protobuf_codec.h"

using namespace shaddock;
using namespace shaddock::protocol;
using namespace shaddock::testing;

namespace {

struct Numbers {
  std::optional<std::uint64_t> u;
  std::optional<std::int64_t> s;
  std::optional<double> f, d;
  static void fields(auto& m, auto&& f) {
    f("u", m.u);
    f("s", m.s);
    f("f", m.f);
    f("d", m.d);
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

struct Trees {
  std::vector<Tree> trees;
  static void fields(auto& m, auto&& f) { f("trees", m.trees); }
};

struct Backwards {
  std::string target = "*", from = "bob", msg = "hi";
  int unknown = 5;
  static void fields(auto& m, auto&& f) {
    f("target", m.target);
    f("unknown", m.unknown);
    f("from", m.from);
    f("msg", m.msg);
  }
};

template <class T>
struct Single {
  T u{};
  static void fields(auto& m, auto&& f) { f("u", m.u); }
};

Json json(std::string_view text) { return parse_json(text).unwrap(); }

const ProtoMessage& all() {
  static const ProtoSchema schema = schema_of(kAllProtos);
  return *schema.find("onAll");
}

}  // namespace

TEST_CASE("Json is encoded to the bytes of Pomelo") {
  for (const ProtoCase& vector : pomelo_vectors()) {
    CAPTURE(vector.schema);
    CAPTURE(vector.json);
    const ProtoSchema schema = schema_of(vector.schema);
    CHECK(encoded(*schema.find(vector.route), json(vector.json)) == without_spaces(vector.hex));
  }
}

TEST_CASE("A struct is encoded to the bytes of Pomelo, in the order of its fields") {
  const ProtoSchema schema = schema_of(kSpawnProtos);
  const Spawn spawn{9, {-3, 4}, {{1, -1}, {200, -200}}, "ok"};
  CHECK(encoded(*schema.find("onSpawn"), spawn) ==
        without_spaces("0809 1204 0805 1008 1a04 0802 1001 1a06 089003 108f03 2202 6f6b"));
  CHECK(encoded(*schema.find("onSpawn"), Spawn{1, {}, {}, {}}) ==
        "08011204"
        "08001000");

  CHECK(encoded(*schema_of(kChatProtos).find("onChat"), Backwards{}) ==
        without_spaces("1a012a 1203626f62 0a026869"));
}

TEST_CASE("A map has the fields of the schema under its names") {
  const std::map<std::string, int> numbers = {{"no", 1}, {"s", -1}, {"u", 150}};
  CHECK(encoded(all(), numbers) == "1001089601");
  const std::map<std::string, std::vector<int>> lists = {{"ss", {-1, 1}}, {"us", {}}};
  CHECK(encoded(all(), lists) == "40020102");
  CHECK(encoded(all(), std::map<std::string, bool>{{"s", true}, {"u", true}}) ==
        "s: expected an integer from -2^52 to 2^52-1, got true");
}

TEST_CASE("What is absent is not written, and may be so only when it is not required") {
  CHECK(encoded(all(), json("{}")) == "");
  CHECK(encoded(all(), json(R"({"u":null,"us":null,"tree":null,"ts":[]})")) == "");
  CHECK(encoded(all(), Numbers{}) == "");
  const ProtoSchema chat = schema_of(kChatProtos), gear = schema_of(kGearProtos);
  CHECK(encoded(*chat.find("onChat"), json(R"({"msg":"a","target":"b"})")) == "from: missing");
  CHECK(encoded(*chat.find("onChat"), json(R"({"msg":"a","from":null,"target":"b"})")) ==
        "from: missing");
  CHECK(encoded(*gear.find("onGear"), json(R"({"best":{"label":"x"}})")) == "best.kind: missing");
  CHECK(encoded(*gear.find("onGear"), json(R"({"all":[{"kind":1},{"label":"x"}]})")) ==
        "all.kind: missing");
}

TEST_CASE("Numbers may be of any type that holds the value") {
  CHECK(encoded(all(), json(R"({"u":5.0,"s":-5.0,"f":2,"d":3})")) ==
        without_spaces("0805 1009 1d00000040 210000000000000840"));
  Numbers numbers;
  numbers.u = 5;
  numbers.d = 3;
  CHECK(encoded(all(), numbers) == without_spaces("0805 210000000000000840"));
  CHECK(encoded(all(), Single<double>{5}) == "0805");
  CHECK(encoded(all(), Single<std::uint8_t>{255}) == "08ff01");
  CHECK(encoded(all(), Single<Json>{Json(7)}) == "0807");
  CHECK(encoded(all(), Single<std::optional<std::optional<int>>>{7}) == "0807");
}

TEST_CASE("A value that does not fit is refused by name, and nothing is written") {
  const struct {
    const char* json;
    const char* error;
  } cases[] = {
      {R"({"s":1,"u":-1})", "u: expected an integer from 0 to 2^53-1, got -1"},
      {R"({"u":1.5})", "u: expected an integer from 0 to 2^53-1, got 1.5"},
      {R"({"u":"12"})", "u: expected an integer from 0 to 2^53-1, got \"12\""},
      {R"({"u":true})", "u: expected an integer from 0 to 2^53-1, got true"},
      {R"({"u":9007199254740992})",
       "u: expected an integer from 0 to 2^53-1, got 9007199254740992"},
      {R"({"s":4503599627370496})",
       "s: expected an integer from -2^52 to 2^52-1, got 4503599627370496"},
      {R"({"s":-4503599627370497})",
       "s: expected an integer from -2^52 to 2^52-1, got -4503599627370497"},
      {R"({"f":1e39})", "f: expected a number that fits into a float, got 1e+39"},
      {R"({"d":[]})", "d: expected a number, got []"},
      {R"({"t":5})", "t: expected a string, got 5"},
      {R"({"tree":[]})", "tree: expected an object, got []"},
      {R"({"tree":{"v":1,"left":{"v":"x"}}})",
       "tree.left.v: expected an integer from -2^52 to 2^52-1, got \"x\""},
      {R"({"us":5})", "us: expected an array, got 5"},
      {R"({"us":[1,null]})", "us: expected an integer from 0 to 2^53-1, got null"},
      {R"({"ts":["a",{"b":"a text that is too long to be shown as a whole"}]})",
       "ts: expected a string, got {\"b\":\"a text that is too long to..."},
      {"5", "expected an object, got 5"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.json);
    CHECK(encoded(all(), json(test.json)) == test.error);
  }
  CHECK(encoded(all(), Single<std::uint64_t>{1ull << 53}) ==
        "u: expected an integer from 0 to 2^53-1, got 9007199254740992");
  CHECK(encoded(all(), Single<std::uint64_t>{~0ull}) ==
        "u: expected an integer from 0 to 2^53-1, got 18446744073709551615");
  CHECK(encoded(all(), Single<std::int64_t>{INT64_MIN}) ==
        "u: expected an integer from 0 to 2^53-1, got -9223372036854775808");
  CHECK(encoded(all(), Single<bool>{true}) == "u: expected an integer from 0 to 2^53-1, got true");
  CHECK(encoded(all(), Single<double>{std::numeric_limits<double>::quiet_NaN()}) ==
        "u: expected an integer from 0 to 2^53-1, got null");
}

TEST_CASE("What is not finite travels as it does in Pomelo") {
  Numbers numbers;
  numbers.f = -std::numeric_limits<double>::infinity();
  numbers.d = std::numeric_limits<double>::infinity();
  CHECK(encoded(all(), numbers) == without_spaces("1d000080ff 21000000000000f07f"));
}

TEST_CASE("Text leaves as UTF-8, whatever it was") {
  CHECK(encoded(all(), Json{{"t", "\xF0\x9F\x98\x80"}}) == "2a04f09f9880");
  CHECK(encoded(all(), Json{{"t", "a\xFF\xC3z"}}) == "2a0861efbfbdefbfbd7a");
  CHECK(encoded(all(), Json{{"t", std::string("\0", 1)}}) == "2a0100");
}

TEST_CASE("A length of more than one byte finds its room") {
  for (const std::size_t size : {127u, 128u, 16383u, 16384u}) {
    // Three messages in each other, with lengths around the borders of varints.
    const std::string text(size, 'x');
    const Json tree = Json{{"v", 1}};
    Json nested = Json::object();
    nested.set("v", 1);
    Json more = Json::array();
    for (std::size_t i = 0; i < size / 4; ++i) more.push_back(tree);
    nested.set("more", more);
    const Json message{{"tree", Json{{"v", 2}, {"left", nested}}}, {"t", text}};
    const std::string hex = encoded(all(), message);
    CHECK(decoded(all(), from_hex(hex)).unwrap() == message);
  }
}

TEST_CASE("32 messages in each other are encoded, and no more") {
  const auto nested = [](int depth) {
    Trees trees;
    std::vector<Tree>* last = &trees.trees;
    for (int i = 1; i < depth; ++i) last = &last->emplace_back().more;
    return trees;
  };
  CHECK(refusal(all(), from_hex(encoded(all(), nested(32)))) == "good");
  std::string path = "trees";
  for (int i = 0; i < 31; ++i) path += ".more";
  CHECK(encoded(all(), nested(33)) == path + ": nested too deep");
}
