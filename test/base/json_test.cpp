#include <shaddock/error.h>
#include <shaddock/json.h>

#include <doctest/doctest.h>

#include <string>

using shaddock::Json;
using shaddock::parse_json;

namespace {

std::string again(std::string_view text) { return parse_json(text).unwrap().dump(); }

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

}  // namespace

TEST_CASE("Text that is parsed and dumped is the same, but for spaces and forms of numbers") {
  for (const char* text :
       {"null", "true", "false", "0", "-5", "9223372036854775807", "-9223372036854775808", "0.5",
        "\"\"", "\"a\\nb\"", "[]", "{}", "[1,[2,[]],{\"a\":{}}]", "{\"b\":1,\"a\":[null]}"})
    CHECK(again(text) == text);
  CHECK(again(" [ 1 , 2.0 , 1e3 , 1E-7 , -0 ] ") == "[1,2,1000,1e-7,0]");
  CHECK(again("18446744073709551615") == "18446744073709552000");
  CHECK(again("\"\\u00e9\\/\\u0041\"") == "\"\xC3\xA9/A\"");
  CHECK(again("\"\xF0\x9F\x98\x80\"") == "\"\\ud83d\\ude00\"");
}

TEST_CASE("parse_json refuses what is no JSON, too deep or too long, and never recurses") {
  CHECK_FALSE(parse_json(""));
  CHECK_FALSE(parse_json("{\"a\":1"));
  CHECK_FALSE(parse_json("[1] [2]"));
  CHECK(parse_json(nested(32)));
  CHECK(parse_json(nested(33)).error().text.ends_with("nested too deep"));
  CHECK_FALSE(parse_json(nested(3'000'000)));
  CHECK_FALSE(parse_json(std::string(3'000'000, '[')));

  std::string list = "[";
  for (int i = 0; i < 9'999; ++i) list += "1,";
  CHECK(parse_json(list.substr(0, list.size() - 1) + "]"));
  CHECK(parse_json(list + "1]").error().text == "[9998]: too many values");
}

TEST_CASE("A number that no double can hold is refused however it is written") {
  for (const char* text :
       {"1e999", "-1e999", "[90047758048623157e308]", "-18000000000000000.0e300"})
    CHECK_FALSE(parse_json(text));
  CHECK(parse_json("17976931348623157e292")->as_number() == 1.7976931348623157e308);
  CHECK(parse_json("1e-999")->as_number() == 0);
}

TEST_CASE("Every cut and every changed byte of a document is read without harm") {
  const std::string text = R"({"a":[1,2.5e3,"x\u00e9\ud83d\ude00",{"b":null}],"c":true,"a":-7})";
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_FALSE(parse_json(text.substr(0, size)));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      const auto result = parse_json(changed);
      if (result) CHECK(parse_json(result->dump()).unwrap() == *result);
    }
}
