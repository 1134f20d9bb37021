#pragma once

#include <netinet/in.h>
#include <uv.h>

#include <optional>

#include "net/stream.h"

namespace shaddock::net {

// An IPv4 or IPv6 address with its port, in 28 bytes.
union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

// Nothing when the host is not numeric or the port is out of range.
std::optional<SocketAddress> parse_numeric(const Address& address);
// IPv4 addresses that arrived on an IPv6 socket are shown as IPv4.
Address to_address(const SocketAddress& address);
SocketAddress copy_address(const sockaddr* address);

// The two ends of a socket; family AF_UNSPEC when the system does not know it.
SocketAddress local_address(const uv_tcp_t* socket);
SocketAddress peer_address(const uv_tcp_t* socket);

}  // namespace shaddock::net
