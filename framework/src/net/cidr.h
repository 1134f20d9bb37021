#pragma once

#include <shaddock/error.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/ip_address.h"

namespace shaddock::net {

// A list of networks, asked for every new connection: rows inside other rows are dropped, so one
// binary search answers however long it is.
//
//   10.0.0.0/8   192.0.2.7   2001:db8::/32   ::1/128   ::ffff:10.0.0.0/104 (the same as 10.0.0.0/8)
//
// A bare address stands for itself. IPv6 rows never match IPv4 addresses, not even ::/0.
class CidrList {
 public:
  CidrList() = default;  // matches nothing

  // The error names the first bad row; bits set beyond the prefix are one.
  static Result<CidrList> parse(std::span<const std::string> rows);

  bool empty() const { return ranges_[0].empty() && ranges_[1].empty(); }
  bool contains(const IpAddress& address) const;
  bool contains(std::string_view numeric) const;  // false when it is not numeric

 private:
  struct Range {
    IpAddress first, last;
  };

  static Result<Range> parse_row(std::string_view row);
  void drop_inner_ranges();

  std::array<std::vector<Range>, 2> ranges_;  // of IPv6 and of IPv4, sorted, apart from each other
};

}  // namespace shaddock::net
