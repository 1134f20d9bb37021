#include "base/utf8.h"

#include <cstring>

namespace shaddock {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

// How many ASCII bytes follow from `at`, eight at a time.
std::size_t ascii_run(std::string_view text, std::size_t at) {
  std::size_t end = at;
  for (std::uint64_t word; end + sizeof word <= text.size(); end += sizeof word) {
    std::memcpy(&word, text.data() + end, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (end < text.size() && byte_at(text, end) < 0x80) ++end;
  return end - at;
}

struct Sequence {
  std::size_t length;  // of its bytes, 0: no such lead byte
  std::uint32_t lowest;
  std::uint32_t bits;
};

Sequence sequence_of(std::uint8_t lead) {
  if (lead < 0x80) return {1, 0, lead};
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, lead & 0x1Fu};
  if (lead >= 0xE0 && lead <= 0xEF) return {3, 0x800, lead & 0x0Fu};
  if (lead >= 0xF0 && lead <= 0xF4) return {4, 0x10000, lead & 0x07u};
  return {0, 0, 0};
}

// One character, surrogates included.
std::optional<std::uint32_t> read_any(std::string_view text, std::size_t& at) {
  if (at >= text.size()) return std::nullopt;
  const auto [length, lowest, bits] = sequence_of(byte_at(text, at));
  if (length == 0 || text.size() - at < length) return std::nullopt;
  std::uint32_t value = bits;
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint8_t next = byte_at(text, at + i);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    value = value << 6 | (next & 0x3Fu);
  }
  if (value < lowest || value > 0x10FFFF) return std::nullopt;
  at += length;
  return value;
}

bool is_high(std::uint32_t value) { return value >= 0xD800 && value <= 0xDBFF; }
bool is_low(std::uint32_t value) { return value >= 0xDC00 && value <= 0xDFFF; }

// One character; a pair of surrogates is one.
std::optional<std::uint32_t> read_folding(std::string_view text, std::size_t& at) {
  std::size_t next = at;
  auto value = read_any(text, next);
  if (!value || is_low(*value)) return std::nullopt;
  if (is_high(*value)) {
    const auto low = read_any(text, next);
    if (!low || !is_low(*low)) return std::nullopt;
    value = 0x10000 + ((*value - 0xD800) << 10) + (*low - 0xDC00);
  }
  at = next;
  return value;
}

char* write_beyond_basic_plane(std::uint32_t value, char* out) {
  *out++ = static_cast<char>(0xF0 | value >> 18);
  *out++ = static_cast<char>(0x80 | (value >> 12 & 0x3F));
  *out++ = static_cast<char>(0x80 | (value >> 6 & 0x3F));
  *out++ = static_cast<char>(0x80 | (value & 0x3F));
  return out;
}

}  // namespace

FoldedCharacter fold_utf8_character(std::string_view text, char* out) {
  std::size_t at = 0;
  const auto value = read_folding(text, at);
  if (!value) return {};
  if (*value >= 0x10000)
    return {at, static_cast<std::size_t>(write_beyond_basic_plane(*value, out) - out)};
  for (std::size_t i = 0; i < at; ++i) out[i] = text[i];
  return {at, at};
}

std::optional<std::size_t> fold_utf8(std::string_view text, char* out) {
  char* end = out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = ascii_run(text, at);
    std::memcpy(end, text.data() + at, plain);
    end += plain;
    at += plain;
    if (at == text.size()) break;

    const auto [read, written] = fold_utf8_character(text.substr(at), end);
    if (read == 0) return std::nullopt;
    at += read;
    end += written;
  }
  return static_cast<std::size_t>(end - out);
}

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  do {
    at += ascii_run(text, at);
  } while (at < text.size() && read_folding(text, at));
  return at;
}

std::optional<std::uint32_t> read_utf8(std::string_view text, std::size_t& at) {
  std::size_t next = at;
  const auto value = read_any(text, next);
  if (!value || is_high(*value) || is_low(*value)) return std::nullopt;
  at = next;
  return value;
}

std::size_t strict_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  do {
    at += ascii_run(text, at);
  } while (at < text.size() && read_utf8(text, at));
  return at;
}

}  // namespace shaddock
