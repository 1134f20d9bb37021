#include "net/uv_address.h"

#include <cstring>

namespace shaddock::net {

std::optional<SocketAddress> parse_numeric(const Address& address) {
  if (address.port < 0 || address.port > 65535) return std::nullopt;
  SocketAddress result{};
  if (uv_ip4_addr(address.host.c_str(), address.port, &result.v4) == 0) return result;
  if (uv_ip6_addr(address.host.c_str(), address.port, &result.v6) == 0) return result;
  return std::nullopt;
}

Address to_address(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  int port = 0;
  if (address.any.sa_family == AF_INET) {
    uv_ip4_name(&address.v4, text, sizeof text);
    port = ntohs(address.v4.sin_port);
  } else if (address.any.sa_family == AF_INET6) {
    port = ntohs(address.v6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&address.v6.sin6_addr)) {
      uv_inet_ntop(AF_INET, address.v6.sin6_addr.s6_addr + 12, text, sizeof text);
    } else {
      uv_ip6_name(&address.v6, text, sizeof text);
    }
  }
  return {text, port};
}

SocketAddress copy_address(const sockaddr* address) {
  SocketAddress result{};
  std::memcpy(&result, address,
              address->sa_family == AF_INET ? sizeof result.v4 : sizeof result.v6);
  return result;
}

namespace {

SocketAddress ask(const uv_tcp_t* socket, decltype(&uv_tcp_getsockname) get) {
  sockaddr_storage storage{};
  int size = sizeof storage;
  if (get(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return copy_address(reinterpret_cast<const sockaddr*>(&storage));
}

}  // namespace

SocketAddress local_address(const uv_tcp_t* socket) { return ask(socket, &uv_tcp_getsockname); }
SocketAddress peer_address(const uv_tcp_t* socket) { return ask(socket, &uv_tcp_getpeername); }

}  // namespace shaddock::net
