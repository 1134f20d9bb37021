#include "base/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/json_bytes.h"
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

// From the first byte on that does not stand for itself.
void write_rest(std::string_view text, std::size_t at, BeyondBasicPlane beyond, Buffer& out) {
  while (at < text.size()) {
    write_special(text, at, kEscapes[static_cast<std::uint8_t>(text[at])], beyond, out);
    const std::size_t plain = plain_prefix(text.substr(at));
    out.append(text.substr(at, plain));
    at += plain;
  }
  out.push_back('"');
}

void write_string(std::string_view text, BeyondBasicPlane beyond, Buffer& out) {
  const std::size_t plain = plain_prefix(text);
  char* const to = out.reserve(plain + 2);
  to[0] = to[plain + 1] = '"';
  copy_short(to + 1, text.data(), plain);
  if (plain == text.size()) return out.commit(plain + 2);
  out.commit(plain + 1);
  write_rest(text, plain, beyond, out);
}

constexpr std::array<char, 200> kPairs = [] {  // 00 to 99
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i)
    pairs[i] = static_cast<char>('0' + (i % 2 == 0 ? i / 20 : i / 2 % 10));
  return pairs;
}();

// Most numbers are short.
char* write_below_10000(unsigned value, char* to) {
  const unsigned high = value / 100;
  if (value >= 1000) {
    std::memcpy(to, &kPairs[2 * high], 2);
    to += 2;
  } else if (value >= 100) {
    *to++ = static_cast<char>('0' + high);
  } else if (value < 10) {
    *to++ = static_cast<char>('0' + value);
    return to;
  }
  std::memcpy(to, &kPairs[2 * (value % 100)], 2);
  return to + 2;
}

template <class Int>
void write_integer(Int value, Buffer& out) {
  constexpr std::size_t kLongest = 20;
  char* const start = out.reserve(kLongest);
  const auto bits = static_cast<std::uint64_t>(value);
  char* const end = bits < 10'000 ? write_below_10000(static_cast<unsigned>(bits), start)
                                  : std::to_chars(start, start + kLongest, value).ptr;
  out.commit(static_cast<std::size_t>(end - start));
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
