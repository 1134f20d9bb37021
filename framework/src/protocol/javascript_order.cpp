#include "protocol/javascript_order.h"

#include <algorithm>
#include <charconv>

namespace shaddock::protocol {
namespace {

constexpr std::uint64_t kNoIndex = UINT32_MAX;  // the largest index is one less

// Lead bytes F0 to F4 (beyond the basic plane) go in front of EE and EF (U+E000 to U+FFFF).
unsigned utf16_weight(char byte) {
  const unsigned value = static_cast<unsigned char>(byte);
  if (value >= 0xF0) return value - 2;
  return value >= 0xEE ? value + 0x10 : value;
}

}  // namespace

std::uint64_t javascript_rank(std::string_view name) {
  if (name.empty() || (name[0] == '0' && name.size() > 1)) return kNoIndex;
  std::uint32_t index = 0;
  const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (wrong != std::errc() || end != name.data() + name.size()) return kNoIndex;
  return index;
}

bool javascript_less(std::string_view left, std::string_view right) {
  return std::ranges::lexicographical_compare(left, right, {}, utf16_weight, utf16_weight);
}

}  // namespace shaddock::protocol
