#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shaddock::net {

// A numeric address in 16 bytes, as two numbers in the order of the text. IPv4 is the same as its
// mapped form: 1.2.3.4 and ::ffff:1.2.3.4 are equal.
struct IpAddress {
  std::uint64_t high = 0, low = 0;

  bool is_v4() const { return high == 0 && low >> 32 == 0xFFFF; }
  auto operator<=>(const IpAddress&) const = default;
};

// As written by RFC 4291 or with four decimals: no port, brackets, zone or leading zeros.
std::optional<IpAddress> parse_ip(std::string_view text);
// The shortest form; mapped addresses as IPv4.
std::string to_string(const IpAddress& address);

}  // namespace shaddock::net
