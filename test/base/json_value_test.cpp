#include <shaddock/error.h>
#include <shaddock/json.h>

#include <doctest/doctest.h>

#include <string>

using shaddock::Error;
using shaddock::Json;
using shaddock::parse_json;

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

TEST_CASE(
    "Objects of any size keep the last of members with the same name, in the place of the first") {
  for (int size = 0; size < 14; ++size)
    for (int again = 0; again < size; ++again) {
      Json::Object members;
      for (int i = 0; i < size; ++i) members.push_back({"name" + std::to_string(i), i});
      Json::Object expected = members;
      members.push_back({"name" + std::to_string(again), "last"});
      expected[static_cast<std::size_t>(again)].value = "last";
      CHECK(Json(members).as_object() == expected);
      members.pop_back();
      CHECK(Json(members).as_object() == members);
    }
}
