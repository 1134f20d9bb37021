#include "human_units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace shaddock::load {

namespace {

constexpr double kThousand = 1000;

// The decimals that leave three significant digits.
int decimals_for(double value) {
  const double size = std::abs(value);
  if (size < 9.995) return 2;
  return size < 99.95 ? 1 : 0;
}

std::string without_zeros(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number;
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string fixed(double value, int decimals) {
  std::array<char, 400> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

std::string significant(double value) {
  const int decimals = decimals_for(value);
  if (value == 0) return "0";
  if (decimals > 0) return fixed(value, decimals);
  const std::string digits = grouped(static_cast<std::uint64_t>(std::llround(std::abs(value))));
  return value < 0 ? "-" + digits : digits;
}

std::string compact(double value) {
  constexpr std::array<const char*, 4> kSuffixes{"", "k", "M", "G"};
  std::size_t suffix = 0;
  while (std::abs(value) >= kThousand && suffix + 1 < kSuffixes.size()) {
    value /= kThousand;
    ++suffix;
  }
  return without_zeros(fixed(value, decimals_for(value))) + kSuffixes[suffix];
}

std::string percent(double share) {
  constexpr double kPerCent = 100;
  return fixed(share * kPerCent, 1) + " %";
}

Amount duration(double us) {
  constexpr double kUsPerMs = 1000;
  constexpr double kUsPerSecond = 1'000'000;
  if (us < 999.5) return {significant(us), "µs"};
  if (us < 999.5 * kUsPerMs) return {significant(us / kUsPerMs), "ms"};
  return {significant(us / kUsPerSecond), "s"};
}

Amount short_duration(double us) {
  Amount amount = duration(us);
  amount.number = without_zeros(amount.number);
  return amount;
}

Amount bytes(double count) {
  constexpr double kKib = 1024;
  constexpr std::array<const char*, 4> kUnits{"B", "KiB", "MiB", "GiB"};
  if (std::abs(count) < kKib) return {fixed(count, 0), kUnits[0]};
  std::size_t unit = 0;
  while (std::abs(count) >= kKib && unit + 1 < kUnits.size()) {
    count /= kKib;
    ++unit;
  }
  return {significant(count), kUnits[unit]};
}

std::string counted_noun(int count, const std::string& noun) {
  return grouped(static_cast<std::uint64_t>(std::max(count, 0))) + " " + noun +
         (count == 1 ? "" : "s");
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string to_the_left(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, characters(text)), ' ');
}

std::string to_the_right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, characters(text)), ' ') + text;
}

}  // namespace shaddock::load
