#include "net/cidr.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace shaddock::net {
namespace {

constexpr unsigned kBits = 128, kBitsOfV4 = 32;

// The bits of a half of an address that begins with that many bits of the network.
constexpr std::uint64_t host_bits(unsigned network_bits) {
  return network_bits >= 64 ? 0 : UINT64_MAX >> network_bits;
}

std::optional<unsigned> parse_prefix(std::string_view text, unsigned most) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  unsigned prefix = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), prefix);
  if (wrong != std::errc() || end != text.data() + text.size() || prefix > most)
    return std::nullopt;
  return prefix;
}

Error bad_row(std::string_view row, std::string_view why) {
  return Error(code::kFailed, '"' + std::string(row) + "\": " + std::string(why));
}

}  // namespace

Result<CidrList> CidrList::parse(std::span<const std::string> rows) {
  CidrList list;
  for (const std::string& row : rows) {
    auto range = parse_row(row);
    if (!range) return std::move(range).error();
    list.ranges_[range->first.is_v4() ? 1 : 0].push_back(*range);
  }
  list.drop_inner_ranges();
  return list;
}

Result<CidrList::Range> CidrList::parse_row(std::string_view row) {
  const std::size_t slash = row.find('/');
  const std::string_view text = row.substr(0, slash);
  const auto first = parse_ip(text);
  if (!first) return bad_row(row, "not a numeric address");

  unsigned network = kBits;
  if (slash != row.npos) {
    const unsigned most = text.find(':') == text.npos ? kBitsOfV4 : kBits;
    const auto prefix = parse_prefix(row.substr(slash + 1), most);
    if (!prefix) return bad_row(row, "the prefix is not 0 to " + std::to_string(most));
    network = kBits - most + *prefix;
  }
  const IpAddress host{host_bits(network), host_bits(network < 64 ? 0 : network - 64)};
  if ((first->high & host.high) != 0 || (first->low & host.low) != 0)
    return bad_row(row, "bits are set beyond the prefix");
  return Range{*first, {first->high | host.high, first->low | host.low}};
}

// Two networks are apart or one is inside the other.
void CidrList::drop_inner_ranges() {
  for (auto& ranges : ranges_) {
    std::ranges::sort(ranges, [](const Range& a, const Range& b) {
      return a.first != b.first ? a.first < b.first : a.last > b.last;
    });
    std::vector<Range> outer;
    for (const Range& range : ranges)
      if (outer.empty() || range.last > outer.back().last) outer.push_back(range);
    ranges = std::move(outer);
  }
}

bool CidrList::contains(const IpAddress& address) const {
  const auto& ranges = ranges_[address.is_v4() ? 1 : 0];
  const auto after = std::ranges::upper_bound(ranges, address, {}, &Range::first);
  return after != ranges.begin() && address <= std::prev(after)->last;
}

bool CidrList::contains(std::string_view numeric) const {
  const auto address = parse_ip(numeric);
  return address && contains(*address);
}

}  // namespace shaddock::net
