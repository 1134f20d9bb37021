#include "net/peer_address.h"

#include "net/uv_address.h"

namespace shaddock::net {

namespace {

constexpr std::uint64_t kMapped = 0xFFFF'0000'0000;  // before the four bytes of IPv4

std::uint64_t read_number(const std::uint8_t* bytes) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

void write_number(std::uint64_t number, std::uint8_t* bytes) {
  for (int i = 7; i >= 0; --i, number >>= 8) bytes[i] = static_cast<std::uint8_t>(number);
}

// Spreads every bit of the input over all bits of the output.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
  value = (value ^ value >> 27) * 0x94D049BB133111EBu;
  return value ^ value >> 31;
}

}  // namespace

PeerAddress to_peer(const SocketAddress& address) {
  if (address.any.sa_family == AF_INET) {
    return {{0, kMapped | ntohl(address.v4.sin_addr.s_addr)}, 0, ntohs(address.v4.sin_port)};
  }
  const std::uint8_t* const ip = address.v6.sin6_addr.s6_addr;
  return {{read_number(ip), read_number(ip + 8)},
          address.v6.sin6_scope_id,
          ntohs(address.v6.sin6_port)};
}

SocketAddress to_socket_address(const PeerAddress& peer, bool ipv6_socket) {
  SocketAddress address{};
  if (ipv6_socket) {
    address.v6.sin6_family = AF_INET6;
    write_number(peer.ip.high, address.v6.sin6_addr.s6_addr);
    write_number(peer.ip.low, address.v6.sin6_addr.s6_addr + 8);
    address.v6.sin6_scope_id = peer.zone;
    address.v6.sin6_port = htons(peer.port);
  } else if (peer.ip.is_v4()) {
    address.v4.sin_family = AF_INET;
    address.v4.sin_addr.s_addr = htonl(static_cast<std::uint32_t>(peer.ip.low));
    address.v4.sin_port = htons(peer.port);
  }
  return address;
}

std::optional<PeerAddress> parse_peer(const Address& address) {
  const auto numeric = parse_numeric(address);
  if (!numeric) return std::nullopt;
  return to_peer(*numeric);
}

Address to_address(const PeerAddress& peer) { return to_address(to_socket_address(peer, true)); }

std::size_t PeerAddressHash::operator()(const PeerAddress& peer) const noexcept {
  const std::uint64_t rest = std::uint64_t{peer.zone} << 16 | peer.port;
  return mix(mix(mix(seed_ ^ peer.ip.high) ^ peer.ip.low) ^ rest);
}

}  // namespace shaddock::net
