#include "base/utf8.h"

#include <shaddock/error.h>

#include "base/json_writer.h"
#include "fuzz/input.h"
#include "net/utf8_stream.h"

// The fast readers of UTF-8 against one that only follows the definition.

using namespace shaddock;

namespace {

struct Character {
  std::uint32_t value = 0;
  std::size_t size = 0;  // 0: there is none here
};

// The character at the front; surrogates too.
Character first_of(std::string_view text) {
  const auto byte = [text](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0;
  };
  if (text.empty()) return {};
  if (byte(0) < 0x80) return {byte(0), 1};
  constexpr std::uint32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
  for (std::size_t size = 2; size <= 4; ++size) {
    const std::uint32_t lead = (0xF00u >> size) & 0xFF;
    const std::uint32_t bits = 0x7Fu >> size;
    if ((byte(0) & ~bits) != lead) continue;
    std::uint32_t value = byte(0) & bits;
    for (std::size_t i = 1; i < size; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return {};
      value = value << 6 | (byte(i) & 0x3F);
    }
    if (value < kLowest[size] || value > 0x10FFFF) return {};
    return {value, size};
  }
  return {};
}

bool is_surrogate(const Character& character) {
  return character.value >= 0xD800 && character.value <= 0xDFFF;
}

std::size_t strict_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Character character = first_of(text.substr(at));
    if (character.size == 0 || is_surrogate(character)) break;
    at += character.size;
  }
  return at;
}

std::string encoded(std::uint32_t value) {
  const auto piece = [value](int shift) {
    return static_cast<char>(0x80 | ((value >> shift) & 0x3F));
  };
  return {static_cast<char>(0xF0 | value >> 18), piece(12), piece(6), piece(0)};
}

// The text with pairs of surrogates folded, as far as it is right.
std::string folded(std::string_view text, std::size_t& at) {
  std::string out;
  at = 0;
  while (at < text.size()) {
    const Character one = first_of(text.substr(at));
    if (one.size == 0) break;
    if (!is_surrogate(one)) {
      out += text.substr(at, one.size), at += one.size;
      continue;
    }
    const Character two = first_of(text.substr(at + one.size));
    if (one.value > 0xDBFF || two.value < 0xDC00 || two.value > 0xDFFF) break;
    out += encoded(0x10000 + ((one.value & 0x3FF) << 10 | (two.value & 0x3FF)));
    at += one.size + two.size;
  }
  return out;
}

// Whether some bytes behind it would make it one character.
bool can_become_a_character(std::string_view text) {
  if (text.empty() || text.size() > 3) return false;
  for (const char next : {'\x80', '\x8F', '\x90', '\x9F', '\xA0', '\xBF'}) {
    const std::string longer = std::string(text) + next;
    if (strict_prefix(longer) == longer.size() || can_become_a_character(longer)) return true;
  }
  return false;
}

void check_prefixes(std::string_view text) {
  const std::size_t strict = strict_prefix(text);
  fuzz::require(strict_utf8_prefix(text) == strict, "strict UTF-8 is as defined");
  fuzz::require(is_utf8(text) == (strict == text.size()), "text is valid when all of it is");
  std::size_t lax = 0;
  const std::string expected = folded(text, lax);
  fuzz::require(valid_utf8_prefix(text) == lax, "pairs of surrogates pass, single ones do not");
  std::vector<char> out(text.size());
  const auto size = fold_utf8(text, out.data());
  fuzz::require(size.has_value() == (lax == text.size()), "only valid text is folded");
  fuzz::require(!size || std::string_view(out.data(), *size) == expected, "pairs are folded");
}

void check_characters(std::string_view text) {
  std::size_t at = 0;
  while (true) {
    const Character expected = first_of(text.substr(at));
    const std::size_t before = at;
    const auto value = read_utf8(text, at);
    if (expected.size == 0 || is_surrogate(expected))
      return fuzz::require(!value && at == before, "what is no character is not read");
    fuzz::require(value == expected.value && at == before + expected.size, "a character is read");
  }
}

void check_stream(std::string_view text, std::uint64_t seed) {
  const std::size_t strict = strict_prefix(text);
  const bool cut_off = can_become_a_character(text.substr(strict));
  net::Utf8Stream stream;
  bool good = true;
  fuzz::in_pieces(text, seed, [&](std::span<char> piece) {
    return good = stream.feed({piece.data(), piece.size()});
  });
  fuzz::require(good == (strict == text.size() || cut_off), "a stream fails where text is wrong");
  fuzz::require(!good || stream.complete() == (strict == text.size()), "its end is known");
}

void check_json_string(std::string_view text) {
  Buffer out;
  write_json_string(text, out);
  const auto value = parse_json(out.view());
  fuzz::require(value.ok() && value->is_string(), "any bytes make a JSON string");
  if (is_utf8(text)) fuzz::require(value->as_string() == text, "text arrives as it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_prefixes(text);
  check_characters(text);
  check_stream(text, 0);
  check_stream(text, fuzz::seed_of(text));
  check_json_string(text);
  return 0;
}
