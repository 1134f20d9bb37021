#include "base/utf8.h"

#include <doctest/doctest.h>

#include <string>

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

TEST_CASE("What is no UTF-8 is refused, with the offset of the first wrong byte") {
  const struct {
    const char* what;
    std::string text;
  } cases[] = {
      {"a lone continuation", "abc\x80"},
      {"an overlong form of two bytes", "abc\xC0\xAF"},
      {"an overlong form of two bytes", "abc\xC1\xBF"},
      {"an overlong form of three bytes", "abc\xE0\x9F\xBF"},
      {"an overlong form of four bytes", "abc\xF0\x8F\xBF\xBF"},
      {"beyond U+10FFFF", "abc\xF4\x90\x80\x80"},
      {"no such lead byte", "abc\xF5\x80\x80\x80"},
      {"no such lead byte", "abc\xFF"},
      {"cut after one byte", "abc\xC3"},
      {"cut after two bytes", "abc\xE4\xBD"},
      {"cut after three bytes", "abc\xF0\x9F\x98"},
      {"no continuation", "abc\xC3z"},
      {"a high surrogate alone", "abc\xED\xA0\xBD"},
      {"a high surrogate and text", "abc\xED\xA0\xBDxyz"},
      {"two high surrogates", "abc\xED\xA0\xBD\xED\xA0\xBD"},
      {"a low surrogate alone", "abc\xED\xB8\x80"},
      {"a pair the wrong way round", "abc\xED\xB8\x80\xED\xA0\xBD"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.what);
    CHECK_FALSE(fold(test.text));
    CHECK(valid_utf8_prefix(test.text) == 3);
    CHECK(strict_utf8_prefix(test.text) == 3);
    CHECK_FALSE(is_utf8(test.text));
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
