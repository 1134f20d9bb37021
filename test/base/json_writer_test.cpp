#include "base/json_writer.h"

#include <doctest/doctest.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "base/json_bytes.h"
#include "base/utf8.h"

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

// The slow way, a byte at a time.
std::string slowly_quoted(std::string_view text) {
  constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (static_cast<unsigned char>(text[at]) >= 0x80) {
      out += read_utf8(text, at) ? text.substr(start, at - start) : (++at, "\xEF\xBF\xBD");
      continue;
    }
    const char byte = text[at++];
    std::size_t known = 0;
    while (known < kShort.size() && kShort[known] != byte) known += 2;
    if (known < kShort.size()) {
      out += {'\\', kShort[known + 1]};
    } else if (byte >= 0x20) {
      out += byte;
    } else {
      out += "\\u00";
      out += "01"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
    }
  }
  return out + '"';
}

}  // namespace

TEST_CASE("A special byte is seen wherever it stands in strings of any length") {
  std::string letters;
  for (int i = 0; i < 40; ++i) letters += static_cast<char>(i % 2 == 0 ? 0x20 + i : 0x7F - i);
  letters[2] = letters[35] = '!';  // were a quote and a backslash
  for (std::size_t size = 0; size <= letters.size(); ++size) {
    const std::string plain = letters.substr(0, size);
    REQUIRE(quoted(plain) == slowly_quoted(plain));
    for (std::size_t at = 0; at < size; ++at)
      for (const std::string_view special :
           {"\"", "\\", "\n", "\x1f", "\x01", "\x7f", "\xC3\xA9", "\xE4\xBD\xA0", "\xFF", "\x80"}) {
        std::string text = plain;
        text.replace(at, 1, special);
        CAPTURE(text);
        REQUIRE(quoted(text) == slowly_quoted(text));
        REQUIRE(plain_prefix(text) == (special == "\x7f" ? text.size() : at));
      }
  }
}

TEST_CASE("Machines without instructions for sixteen bytes find the same bytes") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::array<char, kPlainBlock> block;
    for (char& byte : block)
      byte =
          random() % 12 == 0 ? static_cast<char>(random()) : static_cast<char>('0' + random() % 40);
    const std::size_t fast = plain_in_block(block.data());
    REQUIRE(plain_in_words(load<std::uint64_t>(block.data()),
                           load<std::uint64_t>(block.data() + 8)) == fast);
    REQUIRE(plain_prefix({block.data(), block.size()}) == fast);
  }
}

TEST_CASE("Short pieces are copied and compared to the last byte") {
  const std::string from = "0123456789abcdefghijklmnopqrstuvwxyzABCD";
  for (std::size_t size = 0; size <= from.size(); ++size) {
    std::string to(size + 2, '.');
    copy_short(to.data() + 1, from.data(), size);
    CHECK(to == '.' + from.substr(0, size) + '.');
    CHECK(same_short({to.data() + 1, size}, from.substr(0, size)));
    CHECK_FALSE(same_short(from, from.substr(0, size) + '!'));
    for (std::size_t wrong = 0; wrong < size; ++wrong) {
      std::string other = from.substr(0, size);
      other[wrong] ^= 1;
      CHECK_FALSE(same_short(other, {from.data(), size}));
    }
  }
}

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

TEST_CASE("Integers of every length have the digits of the library") {
  for (std::int64_t value = 1; value < 1'000'000'000'000'000'000; value *= 10)
    for (const std::int64_t near : {value - 1, value, value + 1, 2 * value - 1}) {
      char digits[24];
      for (const std::int64_t signed_value : {near, -near}) {
        Buffer out;
        write_json_integer(signed_value, out);
        const char* const end = std::to_chars(digits, digits + sizeof digits, signed_value).ptr;
        CHECK(out.view() == std::string_view(digits, static_cast<std::size_t>(end - digits)));
      }
    }
  for (unsigned value = 0; value < 10'000; ++value) {
    Buffer out;
    write_json_unsigned(value, out);
    REQUIRE(out.view() == std::to_string(value));
  }
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
