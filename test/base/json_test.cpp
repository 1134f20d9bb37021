#include <shaddock/json.h>
#include <shaddock/result.h>

#include <doctest/doctest.h>

#include <string>

using shaddock::Error;
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

TEST_CASE("Values are built from what C++ has") {
  const Json json = {{"code", 200},
                     {"users", Json::Array{"a", std::string("b")}},
                     {"ok", true},
                     {"half", 0.5},
                     {"none", nullptr}};
  CHECK(json.dump() == R"({"code":200,"users":["a","b"],"ok":true,"half":0.5,"none":null})");
  CHECK(Json(UINT64_MAX).dump() == "18446744073709552000");
  CHECK(Json(7u).is_integer());
  CHECK(Json::array().dump() == "[]");
  CHECK(Json::object().dump() == "{}");
  CHECK(Json{{"a", 1}, {"a", 2}}.dump() == R"({"a":2})");
}

TEST_CASE("Reading a value of another kind throws an error that says what was found") {
  const Json text = "x";
  CHECK_THROWS_WITH_AS(text.as_integer(), "expected an integer, got a string", Error);
  CHECK_THROWS_WITH_AS(Json(1).as_string(), "expected a string, got a number", Error);
  CHECK_THROWS_WITH_AS(Json().as_bool(), "expected a boolean, got null", Error);
  CHECK_THROWS_WITH_AS(Json(true).as_number(), "expected a number, got a boolean", Error);
  CHECK_THROWS_WITH_AS(Json::object().as_array(), "expected an array, got an object", Error);
  CHECK_THROWS_WITH_AS(Json::array().as_object(), "expected an object, got an array", Error);
  CHECK_THROWS_WITH_AS(Json::object().at("rid"), "rid: missing", Error);
  CHECK_THROWS_WITH_AS(text.at("rid"), "expected an object, got a string", Error);
  CHECK(Json(5.0).as_integer() == 5);
  CHECK(Json(5).as_number() == 5.0);
  CHECK_THROWS_AS(Json(5.5).as_integer(), Error);
  CHECK_THROWS_AS(Json(9223372036854775808.0).as_integer(), Error);
}

TEST_CASE("Members are set, replaced and found; items are appended") {
  Json json;
  json.set("a", 1).set("b", 2).set("a", 3);
  CHECK(json.dump() == R"({"a":3,"b":2})");
  CHECK(json.size() == 2);
  CHECK(json.find("b")->as_integer() == 2);
  CHECK(json.find("c") == nullptr);
  CHECK(Json(5).find("c") == nullptr);
  Json list;
  list.push_back(1).push_back("two");
  CHECK(list.dump() == R"([1,"two"])");
  CHECK(list.size() == 2);
  CHECK_THROWS_AS(list.set("a", 1), Error);
  CHECK_THROWS_AS(json.push_back(1), Error);
}

TEST_CASE("Equal are numbers of the same value and objects of the same members") {
  CHECK(parse_json(R"({"a":5,"b":[1]})").unwrap() == parse_json(R"({"b":[1.0],"a":5.0})").unwrap());
  CHECK_FALSE(Json(1) == Json(true));
  CHECK_FALSE(Json(INT64_MAX) == Json(INT64_MAX - 1));
  CHECK_FALSE(parse_json(R"({"a":1})").unwrap() == parse_json(R"({"b":1})").unwrap());
}

TEST_CASE("Thousands of equal names cost no more than other names do") {
  std::string text = "{";
  for (int i = 0; i < 4'900; ++i)
    text += "\"k" + std::to_string(i % 7) + "\":" + std::to_string(i) + ",";
  text.back() = '}';
  const Json json = parse_json(text).unwrap();
  CHECK(json.size() == 7);
  CHECK(json.at("k6").as_integer() == 4'899);
  CHECK(json.as_object().front().name == "k0");
}
