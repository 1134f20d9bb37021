#include "base/json_stringify.h"

#include <shaddock/error.h>

#include <doctest/doctest.h>

#include <string>

using namespace shaddock;

namespace {

std::string again(std::string_view text) { return json_stringify(parse_json(text).value()); }

struct Row {
  std::string_view text, expected;
};

}  // namespace

// What node 20 prints for JSON.stringify(JSON.parse(text)).
TEST_CASE("numbers are printed as the doubles that JavaScript has") {
  const Row rows[] = {
      {"0", "0"},
      {"-0", "0"},
      {"-0.0", "0"},
      {"1.0", "1"},
      {"100e-2", "1"},
      {"-17", "-17"},
      {"0.1", "0.1"},
      {"3.141592653589793", "3.141592653589793"},
      {"0.30000000000000004", "0.30000000000000004"},
      {"1e20", "100000000000000000000"},
      {"123456789012345680000", "123456789012345680000"},
      {"1e21", "1e+21"},
      {"1.5e300", "1.5e+300"},
      {"0.000001", "0.000001"},
      {"1e-7", "1e-7"},
      {"-1.25e-9", "-1.25e-9"},
      {"5e-324", "5e-324"},
      {"2.2250738585072014e-308", "2.2250738585072014e-308"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
      {"9007199254740991", "9007199254740991"},
      {"9007199254740993", "9007199254740992"},
      {"-9223372036854775808", "-9223372036854776000"},
      {"18446744073709551615", "18446744073709552000"},
      {"123456789012345678901234567890", "1.2345678901234568e+29"},
  };
  for (const Row& row : rows) CHECK(again(row.text) == row.expected);
}

TEST_CASE("strings escape what JavaScript escapes, and nothing else") {
  const Row rows[] = {
      {R"("")", R"("")"},
      {R"("\"\\\/")", R"("\"\\/")"},
      {R"("\b\f\n\r\t\u000b\u0000\u001F")", R"("\b\f\n\r\t\u000b\u0000\u001f")"},
      {R"("\u007f\u0080")", "\"\x7f\xC2\x80\""},
      {R"("\u00e9\u4e2d\u2028\u2029\ufeff\uffff")", "\"é中\u2028\u2029\uFEFF\uFFFF\""},
      {R"("\ud83d\ude00")", "\"😀\""},
      {"\"😀 at last\"", "\"😀 at last\""},
  };
  for (const Row& row : rows) CHECK(again(row.text) == row.expected);
}

TEST_CASE("array indices come first, ascending, and the other members in their order") {
  const Row rows[] = {
      {"{}", "{}"},
      {R"({"b":1,"a":2})", R"({"b":1,"a":2})"},
      {R"({"b":1,"10":2,"9":3,"0":4})", R"({"0":4,"9":3,"10":2,"b":1})"},
      {R"({"4294967295":1,"4294967294":2})", R"({"4294967294":2,"4294967295":1})"},
      {R"({"18446744073709551616":1,"1":2})", R"({"1":2,"18446744073709551616":1})"},
      {R"({"01":1,"-1":2,"1.5":3,"":4,"1 ":5,"+2":6,"1":7})",
       R"({"1":7,"01":1,"-1":2,"1.5":3,"":4,"1 ":5,"+2":6})"},
      {R"({"z":{"2":[],"1":{}}})", R"({"z":{"1":{},"2":[]}})"},
  };
  for (const Row& row : rows) CHECK(again(row.text) == row.expected);
}

TEST_CASE("of duplicates the last value stands in the place of the first") {
  CHECK(again(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
  CHECK(again(R"({"2":1,"1":2,"2":3})") == R"({"1":2,"2":3})");
}

TEST_CASE("names are escaped as strings are, and there are no blanks") {
  CHECK(again(R"( { "a\"\n😀" : [ true , false , null , [ ] ] } )") ==
        R"({"a\"\n😀":[true,false,null,[]]})");
}

TEST_CASE("what JSON cannot hold becomes null, and what is not UTF-8 is replaced") {
  CHECK(json_stringify(Json(1e308 * 10)) == "null");
  CHECK(json_stringify(Json("a\xFF")) == "\"a\uFFFD\"");
}
