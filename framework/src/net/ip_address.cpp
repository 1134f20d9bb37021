#include "net/ip_address.h"

#include <arpa/inet.h>
#include <endian.h>
#include <netinet/in.h>

#include <cstring>

namespace shaddock::net {
namespace {

constexpr std::uint64_t kMapped = std::uint64_t{0xFFFF} << 32;

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  char copy[INET6_ADDRSTRLEN] = {};
  if (text.size() >= sizeof copy || text.find('\0') != text.npos) return std::nullopt;
  text.copy(copy, text.size());

  in_addr v4;
  if (inet_pton(AF_INET, copy, &v4) == 1) return IpAddress{0, kMapped | ntohl(v4.s_addr)};
  std::uint64_t v6[2];
  static_assert(sizeof v6 == sizeof(in6_addr));
  if (inet_pton(AF_INET6, copy, v6) == 1) return IpAddress{be64toh(v6[0]), be64toh(v6[1])};
  return std::nullopt;
}

std::string to_string(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.is_v4()) {
    const in_addr v4{htonl(static_cast<std::uint32_t>(address.low))};
    inet_ntop(AF_INET, &v4, text, sizeof text);
  } else {
    const std::uint64_t v6[] = {htobe64(address.high), htobe64(address.low)};
    inet_ntop(AF_INET6, v6, text, sizeof text);
  }
  return text;
}

}  // namespace shaddock::net
