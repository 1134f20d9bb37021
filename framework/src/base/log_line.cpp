#include "base/log_line.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "base/utf8.h"

namespace shaddock {

bool is_control(std::uint32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 ||
         character == 0x2029;
}

namespace {

void append_hex(std::string& line, const char* prefix, std::uint32_t value, int digits) {
  constexpr char kDigits[] = "0123456789abcdef";
  line += prefix;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) line += kDigits[value >> shift & 15];
}

void append_control(std::string& line, std::uint32_t character) {
  switch (character) {
    case '\n':
      line += "\\n";
      return;
    case '\r':
      line += "\\r";
      return;
    case '\t':
      line += "\\t";
      return;
    default:
      append_hex(line, "\\u", character, 4);
  }
}

// The longest beginning that ends between two characters.
std::string_view cut(std::string_view text) {
  if (text.size() <= kLongestPart) return text;
  std::size_t end = kLongestPart;
  while (end > kLongestPart - 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void append_escaped(std::string& line, std::string_view whole, bool quoted) {
  const std::string_view text = cut(whole);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const auto character = read_utf8(text, at);
    if (!character) {
      append_hex(line, "\\x", static_cast<unsigned char>(text[at++]), 2);
    } else if (is_control(*character)) {
      append_control(line, *character);
    } else {
      if (quoted && (*character == '"' || *character == '\\')) line += '\\';
      line += text.substr(start, at - start);
    }
  }
  if (text.size() < whole.size()) line += "...";
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \"\\=") != std::string_view::npos;
}

}  // namespace

void append_time(std::string& line, std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto ms = floor<milliseconds>(time);
  const auto day = floor<days>(ms);
  const year_month_day date(day);
  const hh_mm_ss clock(ms - day);
  char text[48];
  const int size = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  line.append(text, static_cast<std::size_t>(size));
}

void append_text(std::string& line, std::string_view text) { append_escaped(line, text, false); }

void append_field(std::string& line, const LogField& field) {
  line += ' ';
  append_escaped(line, field.name, false);
  line += '=';
  const bool quoted = needs_quotes(field.value);
  if (quoted) line += '"';
  append_escaped(line, field.value, quoted);
  if (quoted) line += '"';
}

}  // namespace shaddock
