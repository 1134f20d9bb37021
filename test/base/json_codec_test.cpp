#include "base/json_codec.h"

#include <doctest/doctest.h>

#include <limits>

using namespace shaddock;

namespace {

struct User {
  std::string name;
  std::optional<int> level;
  bool operator==(const User&) const = default;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("level", m.level);
  }
};

struct Everything {
  bool flag = false;
  std::int8_t tiny = 0;
  std::uint64_t huge = 0;
  std::int64_t deep = 0;
  float half = 0;
  double real = 0;
  std::string text;
  Json any;
  std::vector<User> users;
  std::map<std::string, std::vector<int>> scores;
  std::optional<User> owner;
  std::vector<std::optional<int>> gaps;
  bool operator==(const Everything&) const = default;
  static void fields(auto& m, auto&& f) {
    f("flag", m.flag);
    f("tiny", m.tiny);
    f("huge", m.huge);
    f("deep", m.deep);
    f("half", m.half);
    f("real", m.real);
    f("text", m.text);
    f("any", m.any);
    f("users", m.users);
    f("scores", m.scores);
    f("owner", m.owner);
    f("gaps", m.gaps);
  }
};

struct Plain {
  std::string text;
  std::int8_t tiny = 0;
  std::int64_t deep = 0;
  static void fields(auto& m, auto&& f) {
    f("text", m.text);
    f("tiny", m.tiny);
    f("deep", m.deep);
  }
};

struct Options {
  std::optional<bool> flag;
  std::optional<std::int8_t> tiny;
  std::optional<std::uint8_t> byte;
  std::optional<std::uint64_t> huge;
  std::optional<std::int64_t> deep;
  std::optional<float> half;
  std::optional<double> real;
  std::optional<std::string> text;
  std::optional<Json> any;
  std::optional<std::vector<User>> users;
  std::optional<std::map<std::string, User>> by_name;
  static void fields(auto& m, auto&& f) {
    f("flag", m.flag);
    f("tiny", m.tiny);
    f("byte", m.byte);
    f("huge", m.huge);
    f("deep", m.deep);
    f("half", m.half);
    f("real", m.real);
    f("text", m.text);
    f("any", m.any);
    f("users", m.users);
    f("by_name", m.by_name);
  }
};

template <class M>
std::string encoded(const M& message) {
  Buffer out;
  encode_json(message, out);
  return std::string(out.view());
}

template <class M>
std::string refusal(std::string_view text) {
  const auto result = decode_json<M>(text);
  if (result) return "accepted";
  CHECK(result.error().code == 400);
  return result.error().text;
}

// The parts of the text {"name":"...","level":...} that a reader may take before the library: with
// a space in front none is.
template <class M>
void check_same_with_a_space(const std::string& text, const ValueLimits& limits = {}) {
  CAPTURE(text);
  const std::size_t brace = text.find('{');
  REQUIRE(brace != text.npos);
  std::string spaced = text;
  spaced.insert(brace + 1, " ");
  M fast, slow;
  const auto one = decode_json(text, type_of<M>(), &fast, limits);
  const auto two = decode_json(spaced, type_of<M>(), &slow, limits);
  REQUIRE(one.ok() == two.ok());
  if (one.ok()) {
    REQUIRE(encoded(fast) == encoded(slow));
    return;
  }
  const std::string at = "not JSON at byte ";
  std::string expected = one.error().text;
  if (expected.starts_with(at)) {
    const std::size_t offset = std::stoul(expected.substr(at.size()));
    expected = at + std::to_string(offset + 1) + expected.substr(expected.find(": "));
  }
  REQUIRE(expected == two.error().text);
}

Options options(std::string_view text) { return decode_json<Options>(text).unwrap(); }

}  // namespace

TEST_CASE("A message comes back as it was written") {
  Everything message;
  message.flag = true;
  message.tiny = -128;
  message.huge = std::numeric_limits<std::uint64_t>::max();
  message.deep = std::numeric_limits<std::int64_t>::min();
  message.half = 0.1f;
  message.real = 0.1 + 0.2;
  message.text = "line\n\"quoted\" \xE4\xBD\xA0 \xF0\x9F\x98\x80";
  message.any = {{"list", Json::Array{1, nullptr, "x"}}};
  message.users = {{"ann", 3}, {"bob", std::nullopt}};
  message.scores = {{"a", {1, 2}}, {"b", {}}};
  message.owner = User{"cid", 1};
  message.gaps = {1, std::nullopt};
  const std::string text = encoded(message);
  CHECK(
      text ==
      R"({"flag":true,"tiny":-128,"huge":18446744073709551615,"deep":-9223372036854775808,"half":0.1,)"
      R"("real":0.30000000000000004,"text":"line\n\"quoted\" 你 \ud83d\ude00","any":{"list":[1,null,"x"]},)"
      R"("users":[{"name":"ann","level":3},{"name":"bob"}],"scores":{"a":[1,2],"b":[]},)"
      R"("owner":{"name":"cid","level":1},"gaps":[1,null]})");
  CHECK(decode_json<Everything>(text).unwrap() == message);
}

TEST_CASE("An empty struct is an object without members, and empty text is one too") {
  CHECK(encoded(Nothing{}) == "{}");
  CHECK(decode_json<Nothing>("{\"whatever\":[1,{\"a\":2}]}").ok());
  CHECK(decode_json<Nothing>("").ok());
  CHECK(decode_json<Options>("").ok());
  CHECK(decode_json<Json>("").unwrap() == Json::object());
  CHECK(refusal<User>("") == "name: missing");
}

TEST_CASE("Unknown names are skipped whatever they hold, and the last of duplicates wins") {
  const User user =
      decode_json<User>(
          R"({"x":{"name":1,"y":[[],{}]},"name":"a","level":7,"z":null,"name":"b","level":null})")
          .unwrap();
  CHECK(user == User{"b", std::nullopt});
  CHECK(options(R"({"users":[{"name":"a"}],"users":[]})").users->empty());
  CHECK(options(R"({"by_name":{"a":{"name":"x","level":1},"a":{"name":"y"}}})").by_name->at("a") ==
        User{"y", {}});
  CHECK(options(R"({"any":{"a":1,"b":2,"a":3}})").any->dump() == R"({"a":3,"b":2})");
}

TEST_CASE("Integers may be written as doubles, and numbers as integers") {
  CHECK(options(R"({"tiny":5.0})").tiny == 5);
  CHECK(options(R"({"tiny":-1.28e2})").tiny == -128);
  CHECK(options(R"({"huge":18446744073709551615})").huge == UINT64_MAX);
  CHECK(options(R"({"huge":1e19})").huge == 10'000'000'000'000'000'000u);
  CHECK(options(R"({"deep":-9223372036854775808})").deep == INT64_MIN);
  CHECK(options(R"({"real":3})").real == 3.0);
  CHECK(options(R"({"real":18446744073709551615})").real == 18446744073709551615.0);
  CHECK(options(R"({"half":0.1})").half == 0.1f);
}

TEST_CASE("Doubles are read to the last bit") {
  for (const double value : {0.1, 1.0 / 3, 5e-324, 2.2250738585072011e-308, 1.7976931348623157e308,
                             123456789.123456789}) {
    Options message;
    message.real = value;
    CHECK(options(encoded(message)).real == value);
  }
}

TEST_CASE("A body that does not fit is refused with the field and what was found there") {
  const struct {
    const char* text;
    const char* refusal;
  } cases[] = {
      {"[]", "expected an object, got an array"},
      {"5", "expected an object, got 5"},
      {"null", "expected an object, got null"},
      {"\"x\"", "expected an object, got \"x\""},
      {R"({"flag":1})", "flag: expected true or false, got 1"},
      {R"({"flag":"true"})", "flag: expected true or false, got \"true\""},
      {R"({"tiny":128})", "tiny: expected an integer from -128 to 127, got 128"},
      {R"({"tiny":1e400})", "not JSON at byte 8: Number too big to be stored in double."},
      {R"({"byte":-1})", "byte: expected an integer from 0 to 255, got -1"},
      {R"({"byte":18446744073709551615})",
       "byte: expected an integer from 0 to 255, got 18446744073709551615"},
      {R"({"huge":1e20})",
       "huge: expected an integer from 0 to 18446744073709551615, got 100000000000000000000"},
      {R"({"deep":1.5})", "deep: expected an integer, got 1.5"},
      {R"({"deep":"5"})", "deep: expected an integer, got \"5\""},
      {R"({"deep":9223372036854775808})", "deep: expected an integer, got 9223372036854775808"},
      {R"({"deep":true})", "deep: expected an integer, got true"},
      {R"({"half":1e39})", "half: expected a number, got 1e+39"},
      {R"({"real":"1"})", "real: expected a number, got \"1\""},
      {R"({"text":5})", "text: expected a string, got 5"},
      {R"({"text":["a"]})", "text: expected a string, got an array"},
      {R"({"text":{}})", "text: expected a string, got an object"},
      {R"({"users":{}})", "users: expected an array, got an object"},
      {R"({"users":[{"name":"a"},{"name":"b"},{"name":5}]})",
       "users[2].name: expected a string, got 5"},
      {R"({"users":[{"name":"a"},{}]})", "users[1].name: missing"},
      {R"({"users":[null]})", "users[0]: expected an object, got null"},
      {R"({"by_name":{"ann":{"name":false}}})", "by_name.ann.name: expected a string, got false"},
      {R"({"by_name":[]})", "by_name: expected an object, got an array"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    CHECK(refusal<Options>(test.text) == test.refusal);
  }
}

TEST_CASE("Text of the peer is cut in a refusal") {
  const std::string found(100, 'x');
  CHECK(refusal<User>("{\"name\":{\"" + found + "\":1}}") ==
        "name: expected a string, got an object");
  CHECK(refusal<Options>("{\"real\":\"" + found + "\"}") ==
        "real: expected a number, got \"" + found.substr(0, 32) + "\"...");
}

TEST_CASE("What is taken before the library reads is what the library would have read") {
  const std::string_view values[] = {
      "5",
      "0",
      "-5",
      "05",
      "1.0",
      "5e0",
      "127",
      "128",
      "123456789012345678",
      "-",
      "5 ",
      "5x",
      "null",
      "1e",
      "\"\"",
      "{}",
      "[]",
      "9223372036854775807",
      "true",
      "\"ab\"",
      "\"a",
      "\"a\\\"",
      "",
      "5,",
      "5}",
      "\"\\u00e9\"",
      "9223372036854775808",
      "\"\xC3\xA9\"",
      "\"\xFF\"",
      "\"a\nb\"",
      "\"\" ",
      "1234567890123456789012",
  };
  for (const std::string_view first : values)
    for (const std::string_view second : values) {
      const std::string one(first), two(second);
      for (const char* end :
           {"}", ",}", "", " }", "}}", "},", ",\"x\":1}", ",\"deep\":\"x\"}", "]"}) {
        check_same_with_a_space<Plain>("{\"text\":" + one + ",\"tiny\":" + two + end);
        check_same_with_a_space<Plain>("{\"text\":\"t\",\"tiny\":" + one + ",\"deep\":" + two +
                                       end);
      }
      check_same_with_a_space<Plain>("{\"text\":" + one + ",\"text\":" + two +
                                     ",\"tiny\":1,\"deep\":2}");
      check_same_with_a_space<Plain>("{\"text\":" + one + "\"tiny\":" + two + "}");
    }
}

TEST_CASE("Values are counted alike whether they are taken before or read") {
  const std::string text = R"({"text":"a","tiny":1,"deep":2})";
  for (std::size_t values = 0; values < 9; ++values)
    check_same_with_a_space<Plain>(text, {.values = values});
  Plain message;
  CHECK_FALSE(decode_json(text, type_of<Plain>(), &message, {.values = 6}).ok());
  CHECK(decode_json(text, type_of<Plain>(), &message, {.values = 7}).ok());
}

TEST_CASE("Every beginning of a message is refused as the library refuses it") {
  const std::string text = R"({"text":"some text of more than sixteen","tiny":100,"deep":-7})";
  for (std::size_t size = 1; size < text.size(); ++size)
    check_same_with_a_space<Plain>(text.substr(0, size));
  check_same_with_a_space<Plain>(text);
  for (std::size_t at = 1; at < text.size(); ++at)
    for (const char byte : {'\0', ' ', '"', '\\', '\n', '}', ',', ':', '\x80', '9'}) {
      std::string changed = text;
      changed[at] = byte;
      check_same_with_a_space<Plain>(changed);
    }
}

TEST_CASE("Any byte is seen wherever it stands in a string of any length") {
  const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN";
  const struct {
    std::string_view written, read;
  } cases[] = {{"\\\"", "\""},
               {"\\\\", "\\"},
               {"\\n", "\n"},
               {"\\u0001", "\x01"},
               {"\\u00e9", "\xC3\xA9"},
               {"\xC3\xA9", "\xC3\xA9"},
               {"\xE4\xBD\xA0", "\xE4\xBD\xA0"},
               {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
               {"\xED\xA0\xBD\xED\xB8\x80", "\xF0\x9F\x98\x80"},
               {"\\ud83d\\ude00", "\xF0\x9F\x98\x80"},
               {"\x7f", "\x7f"}};
  for (std::size_t size = 0; size <= letters.size(); ++size)
    for (std::size_t at = 0; at < size; ++at) {
      for (const auto& [written, read] : cases) {
        std::string text = letters.substr(0, size), expected = text;
        // Twice, so that what follows the first is moved.
        text.replace(at, 1, written).append(written);
        expected.replace(at, 1, read).append(read);
        CAPTURE(text);
        REQUIRE(decode_json<User>("{\"name\":\"" + text + "\"}").unwrap().name == expected);
        REQUIRE(parse_json("[\"" + text + "\",{\"" + text + "\":1}]").unwrap() ==
                Json(Json::Array{expected, Json{{expected, 1}}}));
      }
      for (const char wrong : {'\0', '\n', '\x1f', '\x80', '\xFF', '\xC3', '\xED'}) {
        std::string text = "{\"name\":\"" + letters.substr(0, size) + "\"}";
        text[9 + at] = wrong;
        REQUIRE(
            refusal<User>(text).starts_with("not JSON at byte " + std::to_string(9 + at) + ": "));
      }
    }
}

TEST_CASE("What is not JSON is refused with its place") {
  const struct {
    std::string text;
    const char* where;
  } cases[] = {
      {"{", "not JSON at byte 1"},
      {"{\"name\":\"a\"", "not JSON at byte 11"},
      {"{\"name\":\"a\"} x", "not JSON at byte 13"},
      {"{'name':1}", "not JSON at byte 1"},
      {"{\"name\":\"a\",}", "not JSON at byte 12"},
      {"/* */{}", "not JSON at byte 0"},
      {"{\"x\":01}", "not JSON at byte 6"},
      {"{\"name\":NaN}", "not JSON at byte 8"},
      {"{\"name\":\"\n\"}", "not JSON at byte 9"},
      {"{\"name\":\"\\x\"}", "not JSON at byte 9"},
      {std::string("{\"name\":\"a\"}\0junk", 17), "not JSON at byte 12"},
      {std::string("{\"name\":\"\0\"}", 12), "not JSON at byte"},
      {"{\"name\":\"\xFF\"}", "not JSON at byte 9: Text is not UTF-8."},
      {" ", "not JSON at byte 1"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    CHECK(refusal<User>(test.text).starts_with(test.where));
  }
}

TEST_CASE("Surrogates are folded when they come in pairs, and refused alone") {
  const std::string smile = "\xF0\x9F\x98\x80";
  CHECK(decode_json<User>(R"({"name":"\ud83d\ude00"})").unwrap().name == smile);
  CHECK(decode_json<User>("{\"name\":\"\xED\xA0\xBD\xED\xB8\x80\"}").unwrap().name == smile);
  for (const char* alone :
       {R"({"name":"\ud83d"})", R"({"name":"\ud83dx"})", R"({"name":"\ude00"})",
        R"({"name":"\ud83d\ud83d"})", R"({"name":"\ude00\ud83d"})", R"({"\ude00":1,"name":""})",
        "{\"name\":\"\xED\xA0\xBD\"}", "{\"name\":\"\xED\xA0\xBD\\ude00\"}"}) {
    CAPTURE(alone);
    CHECK(refusal<User>(alone).starts_with("not JSON at byte"));
  }
  CHECK(decode_json<User>("{\"name\":\"\\u0041\xED\x9F\xBF\"}").unwrap().name == "A\xED\x9F\xBF");
}

TEST_CASE("Long bodies are read as short ones are") {
  const std::string name(5000, 'n');
  CHECK(decode_json<User>("{\"name\":\"" + name + "\"}").unwrap().name == name);
  for (std::size_t size : {1000u, 1010u, 1011u, 1012u, 1013u, 1014u, 1100u})
    CHECK(decode_json<User>("{\"name\":\"" + std::string(size, 'x') + "\"}").unwrap().name.size() ==
          size);
}

TEST_CASE("A handler of Json gets an empty object for what is no JSON") {
  CHECK(json_or_empty("nonsense") == Json::object());
  CHECK(json_or_empty("") == Json::object());
  CHECK(json_or_empty("[1]") == Json(Json::Array{1}));
}

TEST_CASE("A handler of Json gets an empty object for what JavaScript takes for false") {
  for (const char* text : {"null", "false", "0", "-0.0", "\"\"", "", "nonsense", "{\"a\":"})
    CHECK(handler_json(text).unwrap() == Json::object());
  for (const char* text : {"true", "5", "[]", "\"s\"", "[null]"}) {
    Buffer again;
    encode_json(handler_json(text).unwrap(), again);
    CHECK(again.view() == text);
  }
}

TEST_CASE("What is beyond the limits is refused, by handlers of Json too") {
  const auto within = [](const ValueLimits& limits, std::string_view text) {
    std::vector<std::vector<int>> lists;
    const bool typed = decode_json(text, type_of<decltype(lists)>(), &lists, limits).ok();
    const auto tree = handler_json(text, limits);
    CHECK(tree.ok() == typed);
    if (!tree.ok()) CHECK(tree.error().code == code::kBadMessage);
    return typed;
  };
  const std::string_view text = "[[1,2],[3]]";  // depth 2, 6 values
  CHECK_FALSE(within({1, 100}, text));
  CHECK(within({2, 100}, text));
  CHECK(within({3, 100}, text));
  CHECK_FALSE(within({2, 5}, text));
  CHECK(within({2, 6}, text));
  CHECK(within({2, 7}, text));
  // Whether the text ends well is not looked at any more.
  CHECK_FALSE(handler_json(std::string(60'000, '[')).ok());
}
