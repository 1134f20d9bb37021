#pragma once

#include <shaddock/log.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace shaddock {

// The text of a log line: `2026-11-22T03:36:12.123Z WARN connector-server-1 rpc text key="a b"`.
// Whatever is given, the line is one printable line of UTF-8: control characters and bytes that are
// not UTF-8 are escaped, and no part is longer than kLongestPart.

inline constexpr std::size_t kLongestPart = 1024;

// What a terminal may act on, or take for the end of a line.
bool is_control(std::uint32_t character);

void append_time(std::string& line, std::chrono::system_clock::time_point time);
// Text as it stands, but escaped and cut.
void append_text(std::string& line, std::string_view text);
// ` key=value`; a value with blanks, quotes or nothing in it is quoted.
void append_field(std::string& line, const LogField& field);

}  // namespace shaddock
