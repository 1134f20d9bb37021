#pragma once
// Numbers as people read them: three significant digits, a unit that fits, digits in groups.

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
Amount duration(double us);                     // us, ms or s
Amount bytes(double count);                     // B, KiB, MiB or GiB
std::string counted_noun(std::uint64_t count, const std::string& noun);  // 1 client, 2 clients

}  // namespace shaddock::load
