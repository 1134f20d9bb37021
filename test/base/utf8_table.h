#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// What UTF-8 is and is not (RFC 3629), for everything that must know: each length from its lowest
// to its highest value, overlong forms, surrogates, values beyond U+10FFFF, sequences cut at each
// byte. `right` is the number of bytes before the first character that is wrong.
namespace shaddock::test {

struct Utf8Row {
  std::string_view what;
  std::string_view bytes;
  std::size_t right;

  bool valid() const { return right == bytes.size(); }
};

using namespace std::string_view_literals;

inline constexpr Utf8Row kUtf8Table[] = {
    {"nothing", ""sv, 0},
    {"1 byte, lowest", "\x00"sv, 1},
    {"1 byte", "\x01"sv, 1},
    {"1 byte, a letter", "A"sv, 1},
    {"1 byte, highest", "\x7F"sv, 1},
    {"2 bytes, lowest", "\xC2\x80"sv, 2},
    {"2 bytes", "\xC3\xA9"sv, 2},
    {"2 bytes, highest", "\xDF\xBF"sv, 2},
    {"3 bytes, lowest", "\xE0\xA0\x80"sv, 3},
    {"3 bytes, the end of lead E0", "\xE0\xBF\xBF"sv, 3},
    {"3 bytes, lead E1", "\xE1\x80\x80"sv, 3},
    {"3 bytes", "\xE4\xBD\xA0"sv, 3},
    {"3 bytes, the last before the surrogates", "\xED\x9F\xBF"sv, 3},
    {"3 bytes, the first behind the surrogates", "\xEE\x80\x80"sv, 3},
    {"3 bytes, the mark of byte order", "\xEF\xBB\xBF"sv, 3},
    {"3 bytes, the replacement character", "\xEF\xBF\xBD"sv, 3},
    {"3 bytes, U+FFFE", "\xEF\xBF\xBE"sv, 3},
    {"3 bytes, highest", "\xEF\xBF\xBF"sv, 3},
    {"4 bytes, lowest", "\xF0\x90\x80\x80"sv, 4},
    {"4 bytes", "\xF0\x9F\x98\x80"sv, 4},
    {"4 bytes, the end of lead F0", "\xF0\xBF\xBF\xBF"sv, 4},
    {"4 bytes, lead F1", "\xF1\x80\x80\x80"sv, 4},
    {"4 bytes, lead F3", "\xF3\xBF\xBF\xBF"sv, 4},
    {"4 bytes, lead F4", "\xF4\x80\x80\x80"sv, 4},
    {"4 bytes, highest", "\xF4\x8F\xBF\xBF"sv, 4},
    {"one character of each length", "a\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80z"sv, 11},
    {"a long word, then others", "eight or more \xC2\xA2 and \xE2\x82\xAC"sv, 24},
    {"a lone continuation, lowest", "\x80"sv, 0},
    {"a lone continuation, highest", "\xBF"sv, 0},
    {"two continuations", "\x80\xBF"sv, 0},
    {"a lone continuation behind text", "abc\x80"sv, 3},
    {"a continuation too many, 2 bytes", "\xC3\xA9\xA9"sv, 2},
    {"a continuation too many, 3 bytes", "\xE4\xBD\xA0\x80"sv, 3},
    {"a continuation too many, 4 bytes", "\xF0\x9F\x98\x80\x80"sv, 4},
    {"overlong, 2 bytes for U+0000", "\xC0\x80"sv, 0},
    {"overlong, 2 bytes for a slash", "\xC0\xAF"sv, 0},
    {"overlong, 2 bytes, highest", "\xC1\xBF"sv, 0},
    {"overlong, 3 bytes for U+0000", "\xE0\x80\x80"sv, 0},
    {"overlong, 3 bytes for a slash", "\xE0\x80\xAF"sv, 0},
    {"overlong, 3 bytes, highest", "\xE0\x9F\xBF"sv, 0},
    {"overlong, 4 bytes for U+0000", "\xF0\x80\x80\x80"sv, 0},
    {"overlong, 4 bytes for a slash", "\xF0\x80\x80\xAF"sv, 0},
    {"overlong, 4 bytes, highest", "\xF0\x8F\xBF\xBF"sv, 0},
    {"overlong, 5 bytes", "\xF8\x80\x80\x80\xAF"sv, 0},
    {"overlong, 6 bytes", "\xFC\x80\x80\x80\x80\xAF"sv, 0},
    {"the first high surrogate", "\xED\xA0\x80"sv, 0},
    {"the last high surrogate", "\xED\xAF\xBF"sv, 0},
    {"the first low surrogate", "\xED\xB0\x80"sv, 0},
    {"the last low surrogate", "\xED\xBF\xBF"sv, 0},
    {"a pair of surrogates", "\xED\xA0\xBD\xED\xB8\x80"sv, 0},
    {"a surrogate between text", "ab\xED\xA0\x80yz"sv, 2},
    {"just beyond U+10FFFF", "\xF4\x90\x80\x80"sv, 0},
    {"beyond, the end of lead F4", "\xF4\xBF\xBF\xBF"sv, 0},
    {"beyond, lead F5", "\xF5\x80\x80\x80"sv, 0},
    {"beyond, lead F7", "\xF7\xBF\xBF\xBF"sv, 0},
    {"5 bytes, lowest", "\xF8\x88\x80\x80\x80"sv, 0},
    {"5 bytes, highest", "\xFB\xBF\xBF\xBF\xBF"sv, 0},
    {"6 bytes, lowest", "\xFC\x84\x80\x80\x80\x80"sv, 0},
    {"6 bytes, highest", "\xFD\xBF\xBF\xBF\xBF\xBF"sv, 0},
    {"never in UTF-8: FE", "\xFE"sv, 0},
    {"never in UTF-8: FF", "\xFF"sv, 0},
    {"never in UTF-8: FE FE FF FF", "\xFE\xFE\xFF\xFF"sv, 0},
    {"2 bytes cut after 1", "\xC3"sv, 0},
    {"2 bytes cut after 1, lowest lead", "\xC2"sv, 0},
    {"2 bytes cut after 1, highest lead", "\xDF"sv, 0},
    {"3 bytes cut after 1", "\xE4"sv, 0},
    {"3 bytes cut after 2", "\xE4\xBD"sv, 0},
    {"3 bytes cut after 1, lead E0", "\xE0"sv, 0},
    {"3 bytes cut after 2, lead E0", "\xE0\xA0"sv, 0},
    {"3 bytes cut after 2, lead ED", "\xED\x9F"sv, 0},
    {"4 bytes cut after 1", "\xF0"sv, 0},
    {"4 bytes cut after 2", "\xF0\x9F"sv, 0},
    {"4 bytes cut after 3", "\xF0\x9F\x98"sv, 0},
    {"4 bytes cut after 1, lead F4", "\xF4"sv, 0},
    {"4 bytes cut after 3, lead F4", "\xF4\x8F\xBF"sv, 0},
    {"cut behind text", "text \xE2\x82"sv, 5},
    {"2 bytes, then a letter", "\xC3z"sv, 0},
    {"3 bytes, a letter as the second", "\xE4zz"sv, 0},
    {"3 bytes, a letter as the third", "\xE4\xBDz"sv, 0},
    {"4 bytes, a letter as the second", "\xF0zzz"sv, 0},
    {"4 bytes, a letter as the third", "\xF0\x9Fzz"sv, 0},
    {"4 bytes, a letter as the fourth", "\xF0\x9F\x98z"sv, 0},
    {"a lead where a continuation belongs", "\xE4\xC3\xA9"sv, 0},
    {"two leads", "\xC3\xC3\xA9"sv, 0},
    {"second byte just below continuations", "\xC3\x7F"sv, 0},
    {"second byte just above continuations", "\xC3\xC0"sv, 0},
    {"Latin-1", "caf\xE9"sv, 3},
    {"Latin-1 between text", "na\xEFve text"sv, 2},
    {"UTF-16 with its mark", "\xFF\xFE\x61\x00"sv, 0},
    {"good ones around a wrong one", "\xC3\xA9\xC0\x80\xC3\xA9"sv, 2},
    {"wrong behind eight and more letters", "0123456789abcdef\xF5"sv, 16},
};

// The same judgement, slow and from the other end: all characters there are, encoded by the rule.
inline std::string utf8_of(std::uint32_t value) {
  const auto tail = [value](int shift) {
    return static_cast<char>(0x80 | (value >> shift & 0x3F));
  };
  if (value < 0x80) return {static_cast<char>(value)};
  if (value < 0x800) return {static_cast<char>(0xC0 | value >> 6), tail(0)};
  if (value < 0x10000) return {static_cast<char>(0xE0 | value >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | value >> 18), tail(12), tail(6), tail(0)};
}

// Decodes the one number these bytes could stand for by their bits alone, and asks whether encoding
// it gives them back.
inline bool is_one_character(std::string_view bytes) {
  std::uint32_t value = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() > 1) value &= 0x7Fu >> bytes.size();
  for (const char byte : bytes.substr(1)) value = value << 6 | (byte & 0x3Fu);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return !surrogate && value <= 0x10FFFF && utf8_of(value) == bytes;
}

inline std::size_t slow_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t length = 0;
    for (std::size_t n = 1; n <= 4 && n <= text.size() - at && length == 0; ++n) {
      if (is_one_character(text.substr(at, n))) length = n;
    }
    if (length == 0) break;
    at += length;
  }
  return at;
}

}  // namespace shaddock::test
