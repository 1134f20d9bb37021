#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "net/ip_address.h"
#include "net/stream.h"

namespace shaddock::net {

union SocketAddress;  // uv_address.h

// Who sent a datagram, as a key: a plain value without memory of its own, so that a packet costs no
// allocation.
struct PeerAddress {
  IpAddress ip;
  std::uint32_t zone = 0;  // the interface of a link-local address
  std::uint16_t port = 0;
  bool operator==(const PeerAddress&) const = default;
};

// Nothing when the host is not numeric or the port is out of range.
std::optional<PeerAddress> parse_peer(const Address& address);
Address to_address(const PeerAddress& peer);

// For hash tables whose keys the peers choose: without the seed nobody can make them collide.
class PeerAddressHash {
 public:
  explicit PeerAddressHash(std::uint64_t seed) : seed_(seed) {}
  std::size_t operator()(const PeerAddress& peer) const noexcept;

 private:
  std::uint64_t seed_;
};

PeerAddress to_peer(const SocketAddress& address);
// As a socket of that kind wants it; family AF_UNSPEC when it cannot reach the peer.
SocketAddress to_socket_address(const PeerAddress& peer, bool ipv6_socket);

}  // namespace shaddock::net
