#pragma once
// Numbers as people read them: three significant digits, a unit that fits, digits in groups.

#include <cstddef>
#include <cstdint>
#include <string>

namespace shaddock::load {

// A number and its unit apart, so that each report can set them its own way.
struct Amount {
  std::string number;
  std::string unit;

  std::string text() const { return unit.empty() ? number : number + " " + unit; }
};

std::string grouped(std::uint64_t value);       // 1,234,567
std::string fixed(double value, int decimals);  // 9.90
std::string significant(double value);          // 1.23  12.3  123  1,230 (whole above 100)
std::string compact(double value);              // 950  1.5k  41.2k  2M, for axes
std::string percent(double share);              // 0.123 is 12.3 %
Amount duration(double us);                     // µs, ms or s
Amount short_duration(double us);               // the same without zeros behind the point, for axes
Amount bytes(double count);                     // B, KiB, MiB or GiB
std::string counted_noun(int count, const std::string& noun);  // 1 client, 2 clients

// Filled with spaces to that many characters of UTF-8, the text to the left or to the right.
std::size_t characters(const std::string& text);
std::string to_the_left(const std::string& text, std::size_t width);
std::string to_the_right(const std::string& text, std::size_t width);

}  // namespace shaddock::load
