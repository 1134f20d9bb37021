#include "base/utf8.h"

#include <doctest/doctest.h>

#include <iterator>
#include <random>
#include <string>

#include "base/utf8_table.h"

using namespace shaddock;

namespace {

std::optional<std::string> fold(std::string_view text) {
  std::string out(text.size(), '\0');
  const auto size = fold_utf8(text, out.data());
  if (!size) return std::nullopt;
  out.resize(*size);
  return out;
}

}  // namespace

TEST_CASE("Valid UTF-8 passes unchanged, wherever it stands among plain bytes") {
  for (const std::string character :
       {"a", "\xC2\x80", "\xC3\xA9", "\xE0\xA0\x80", "\xE4\xBD\xA0", "\xEE\x80\x80", "\xED\x9F\xBF",
        "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    for (std::size_t before = 0; before < 18; ++before) {
      const std::string text = std::string(before, 'x') + character + std::string(17 - before, 'y');
      CHECK(fold(text) == text);
      CHECK(is_utf8(text));
    }
  CHECK(fold("") == "");
}

TEST_CASE("A pair of surrogates of three bytes each becomes one character of four") {
  CHECK(fold("<\xED\xA0\xBD\xED\xB8\x80>") == "<\xF0\x9F\x98\x80>");
  CHECK(fold("\xED\xA0\x80\xED\xB0\x80\xED\xAF\xBF\xED\xBF\xBF") ==
        "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
  CHECK_FALSE(is_utf8("\xED\xA0\xBD\xED\xB8\x80"));
}

TEST_CASE("Every row of the table is judged right, with the offset of the first wrong byte") {
  static_assert(std::size(test::kUtf8Table) >= 75);
  for (const test::Utf8Row& row : test::kUtf8Table) {
    for (const std::string before : {"", "x", "more than eight"}) {
      const std::string text = before + std::string(row.bytes);
      CAPTURE(row.what);
      CHECK(strict_utf8_prefix(text) == before.size() + row.right);
      CHECK(is_utf8(text) == row.valid());
      CHECK(test::slow_utf8_prefix(text) == before.size() + row.right);
      if (text.find('\xED') == std::string::npos) {
        CHECK(valid_utf8_prefix(text) == before.size() + row.right);
        CHECK(fold(text).has_value() == row.valid());
      }
    }
  }
}

TEST_CASE("Random bytes are judged as the slow reference judges them") {
  std::mt19937 random(4);
  for (int round = 0; round < 100000; ++round) {
    std::string text;
    while (random() % 5 != 0) {
      const auto& row = test::kUtf8Table[random() % std::size(test::kUtf8Table)];
      switch (random() % 4) {
        case 0:
          text += static_cast<char>(random());
          break;
        case 1:
          text += test::utf8_of(random() % 0x110000);
          break;
        case 2:
          text += row.bytes.substr(0, random() % 4);
          break;
        default:
          text += row.valid() ? row.bytes : "plain";
      }
    }
    const std::size_t right = test::slow_utf8_prefix(text);
    REQUIRE(strict_utf8_prefix(text) == right);
    REQUIRE(is_utf8(text) == (right == text.size()));
    REQUIRE(valid_utf8_prefix(text) >= right);
  }
}

TEST_CASE("Surrogates pass for old browsers only in pairs") {
  for (const char* text : {"abc\xED\xA0\xBD", "abc\xED\xA0\xBDxyz", "abc\xED\xA0\xBD\xED\xA0\xBD",
                           "abc\xED\xB8\x80", "abc\xED\xB8\x80\xED\xA0\xBD"}) {
    CHECK_FALSE(fold(text));
    CHECK(valid_utf8_prefix(text) == 3);
  }
}

TEST_CASE("Reading moves behind the character and stays where there is none") {
  const std::string text = "\xE4\xBD\xA0\xF0\x9F\x98\x80\xED\xA0\x80";
  std::size_t at = 0;
  CHECK(read_utf8(text, at) == 0x4F60);
  CHECK(read_utf8(text, at) == 0x1F600);
  CHECK(at == 7);
  CHECK_FALSE(read_utf8(text, at));
  CHECK(at == 7);
  at = text.size();
  CHECK_FALSE(read_utf8(text, at));
}
