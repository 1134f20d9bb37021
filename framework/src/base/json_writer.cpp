#include "base/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/utf8.h"

namespace shaddock {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// What stands behind the backslash: 0 for a byte that needs none, 'u' for \u00XX, 'x' for a byte
// beyond ASCII.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> table{};
  for (int i = 0; i < 0x20; ++i) table[i] = 'u';
  for (int i = 0x80; i < 0x100; ++i) table[i] = 'x';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

void write_unit(std::uint32_t unit, Buffer& out) {
  const char text[] = {'\\',
                       'u',
                       kHex[unit >> 12 & 0xF],
                       kHex[unit >> 8 & 0xF],
                       kHex[unit >> 4 & 0xF],
                       kHex[unit & 0xF]};
  out.append({text, sizeof text});
}

enum class BeyondBasicPlane { escaped, as_is };

void write_beyond_ascii(std::string_view text, std::size_t& at, BeyondBasicPlane beyond,
                        Buffer& out) {
  const std::size_t start = at;
  const auto value = read_utf8(text, at);
  if (!value) {
    ++at;
    out.append("\xEF\xBF\xBD");
  } else if (*value < 0x10000 || beyond == BeyondBasicPlane::as_is) {
    out.append(text.substr(start, at - start));
  } else {
    write_unit(0xD800 + ((*value - 0x10000) >> 10), out);
    write_unit(0xDC00 + ((*value - 0x10000) & 0x3FF), out);
  }
}

void write_special(std::string_view text, std::size_t& at, char escape, BeyondBasicPlane beyond,
                   Buffer& out) {
  if (escape == 'x') return write_beyond_ascii(text, at, beyond, out);
  const char byte = text[at++];
  if (escape == 'u') return write_unit(static_cast<std::uint8_t>(byte), out);
  out.push_back('\\');
  out.push_back(escape);
}

void write_string(std::string_view text, BeyondBasicPlane beyond, Buffer& out) {
  out.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    char escape = 0;
    while (at < text.size() && (escape = kEscapes[static_cast<std::uint8_t>(text[at])]) == 0) ++at;
    out.append(text.substr(start, at - start));
    if (at < text.size()) write_special(text, at, escape, beyond, out);
  }
  out.push_back('"');
}

template <class Int>
void write_integer(Int value, Buffer& out) {
  constexpr std::size_t kLongest = 20;
  char* start = out.reserve(kLongest);
  out.commit(static_cast<std::size_t>(std::to_chars(start, start + kLongest, value).ptr - start));
}

// Digits without a point, and where the point stands: 1234 and 2 are 12.34.
struct Decimal {
  std::array<char, 24> digits;
  int count;
  int point;
};

template <class Real>
Decimal shortest_digits(Real value) {
  char text[40];  // d.ddde[+-]xx
  const auto done = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  Decimal decimal{};
  const char* at = text;
  for (; *at != 'e'; ++at)
    if (*at != '.') decimal.digits[static_cast<std::size_t>(decimal.count++)] = *at;
  int exponent = 0;
  std::from_chars(at[1] == '+' ? at + 2 : at + 1, done.ptr, exponent);
  decimal.point = exponent + 1;
  return decimal;
}

// Number::toString of ECMAScript.
void write_decimal(const Decimal& decimal, Buffer& out) {
  const auto [digits, count, point] = decimal;
  const std::string_view all(digits.data(), static_cast<std::size_t>(count));
  if (point > 21 || point < -5) {
    out.push_back(all[0]);
    if (count > 1) out.push_back('.');
    out.append(all.substr(1));
    out.append(point > 0 ? "e+" : "e");
    write_integer(point - 1, out);
  } else if (point <= 0) {
    out.append("0.");
    for (int i = point; i < 0; ++i) out.push_back('0');
    out.append(all);
  } else if (point >= count) {
    out.append(all);
    for (int i = count; i < point; ++i) out.push_back('0');
  } else {
    out.append(all.substr(0, static_cast<std::size_t>(point)));
    out.push_back('.');
    out.append(all.substr(static_cast<std::size_t>(point)));
  }
}

template <class Real>
void write_real(Real value, Buffer& out) {
  constexpr Real kExact = 1 << 24;
  if (!std::isfinite(value)) return out.append("null");
  if (value > -kExact && value < kExact && value == std::trunc(value))
    return write_integer(static_cast<std::int64_t>(value), out);
  if (value < 0) out.push_back('-');
  write_decimal(shortest_digits(std::fabs(value)), out);
}

}  // namespace

void write_json_string(std::string_view text, Buffer& out) {
  write_string(text, BeyondBasicPlane::escaped, out);
}
void write_json_string_unescaped(std::string_view text, Buffer& out) {
  write_string(text, BeyondBasicPlane::as_is, out);
}

void write_json_integer(std::int64_t value, Buffer& out) { write_integer(value, out); }
void write_json_unsigned(std::uint64_t value, Buffer& out) { write_integer(value, out); }
void write_json_number(double value, Buffer& out) { write_real(value, out); }
void write_json_number(float value, Buffer& out) { write_real(value, out); }

}  // namespace shaddock
