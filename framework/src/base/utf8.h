#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace shaddock {

// UTF-8 as clients send it. Old browsers write a character beyond the basic plane as two surrogates
// of three bytes each (CESU-8):
//
//   U+1F600   CESU-8: ED A0 BD | ED B8 80   UTF-8: F0 9F 98 80
//
// Such a pair is folded into UTF-8; a surrogate without its other half is an error, as are overlong
// forms, values beyond U+10FFFF and cut sequences.

// Copies the text, folded, to `out` (room for text.size() bytes) and returns the size; nothing if
// it is not valid.
std::optional<std::size_t> fold_utf8(std::string_view text, char* out);

// The same for the one character at the front of the text, which has to have one. `out` may be
// where the text is, or before it. Nothing is both, sizes of what was read and written, when it is
// wrong.
struct FoldedCharacter {
  std::size_t read = 0;
  std::size_t written = 0;
};
FoldedCharacter fold_utf8_character(std::string_view text, char* out);

// The number of bytes before the first wrong one, so text.size() means that all is right. Pairs in
// CESU-8 pass.
std::size_t valid_utf8_prefix(std::string_view text);

// The same for strict UTF-8, without any surrogates.
std::size_t strict_utf8_prefix(std::string_view text);
inline bool is_utf8(std::string_view text) { return strict_utf8_prefix(text) == text.size(); }

// Reads one character of strict UTF-8 at `at` and moves `at` behind it; nothing, and `at` stays,
// when it is wrong.
std::optional<std::uint32_t> read_utf8(std::string_view text, std::size_t& at);

}  // namespace shaddock
