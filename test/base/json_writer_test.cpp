#include "base/json_writer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace shaddock;

namespace {

template <class Value>
std::string number(Value value) {
  Buffer out;
  write_json_number(value, out);
  return std::string(out.view());
}

std::string quoted(std::string_view text) {
  Buffer out;
  write_json_string(text, out);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("Strings are escaped where JSON asks for it") {
  CHECK(quoted("") == R"("")");
  CHECK(quoted("plain / text \x7f") == "\"plain / text \x7f\"");
  CHECK(quoted("a\"b\\c") == R"("a\"b\\c")");
  CHECK(quoted("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(quoted({"\0\x01\x1f", 3}) == R"("\u0000\u0001\u001f")");
  CHECK(quoted("\xE4\xBD\xA0\xC3\xA9") == "\"\xE4\xBD\xA0\xC3\xA9\"");
}

TEST_CASE("Characters beyond the basic plane become pairs of escapes") {
  CHECK(quoted("x\xF0\x9F\x98\x80y") == R"("x\ud83d\ude00y")");
  CHECK(quoted("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF") == R"("\ud800\udc00\udbff\udfff")");
  Buffer as_is;
  write_json_string_unescaped("x\xF0\x9F\x98\x80\n\xC3\xA9\xFF", as_is);
  CHECK(as_is.view() == "\"x\xF0\x9F\x98\x80\\n\xC3\xA9\xEF\xBF\xBD\"");
}

TEST_CASE("Bytes that are no UTF-8 are replaced, so the text stays valid") {
  CHECK(quoted("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
  CHECK(quoted("\xED\xA0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  CHECK(quoted("\xC3") == "\"\xEF\xBF\xBD\"");
}

TEST_CASE("Integers are written in full") {
  Buffer out;
  write_json_integer(std::numeric_limits<std::int64_t>::min(), out);
  out.push_back(' ');
  write_json_unsigned(std::numeric_limits<std::uint64_t>::max(), out);
  out.push_back(' ');
  write_json_integer(0, out);
  CHECK(out.view() == "-9223372036854775808 18446744073709551615 0");
}

TEST_CASE("Doubles are laid out as JavaScript does") {
  const struct {
    double value;
    const char* text;
  } cases[] = {
      {0, "0"},
      {-0.0, "0"},
      {1, "1"},
      {-1, "-1"},
      {0.1, "0.1"},
      {-0.5, "-0.5"},
      {1.5, "1.5"},
      {100, "100"},
      {123.456, "123.456"},
      {1e5, "100000"},
      {16777216, "16777216"},
      {123456789012.0, "123456789012"},
      {0.1 + 0.2, "0.30000000000000004"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {1.5e300, "1.5e+300"},
      {1e-6, "0.000001"},
      {1e-7, "1e-7"},
      {-1.25e-9, "-1.25e-9"},
      {18446744073709551616.0, "18446744073709552000"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {5e-324, "5e-324"},
  };
  for (const auto& [value, text] : cases) CHECK(number(value) == text);
}

TEST_CASE("A float has the digits of a float") {
  CHECK(number(0.1f) == "0.1");
  CHECK(number(3.0f) == "3");
  CHECK(number(1.1e-8f) == "1.1e-8");
}

TEST_CASE("What is not finite becomes null") {
  CHECK(number(std::nan("")) == "null");
  CHECK(number(std::numeric_limits<double>::infinity()) == "null");
  CHECK(number(-std::numeric_limits<float>::infinity()) == "null");
}
