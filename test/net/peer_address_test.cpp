#include "net/peer_address.h"

#include <doctest/doctest.h>

#include <set>

#include "net/uv_address.h"

using namespace shaddock::net;

TEST_CASE("A peer's address is the same key however its packet arrived") {
  for (const Address& address : {Address{"127.0.0.1", 1}, Address{"255.254.3.4", 65535},
                                 Address{"::1", 80}, Address{"2001:db8::7", 9}}) {
    const auto peer = parse_peer(address);
    REQUIRE(peer);
    CHECK(to_address(*peer) == address);
    CHECK(to_peer(to_socket_address(*peer, true)) == *peer);
  }
  CHECK(parse_peer({"::ffff:10.0.0.1", 5}) == parse_peer({"10.0.0.1", 5}));
  CHECK_FALSE(parse_peer({"10.0.0.1", 5}) == parse_peer({"10.0.0.1", 6}));
  CHECK_FALSE(parse_peer({"10.0.0.1", 5}) == parse_peer({"10.0.0.2", 5}));
}

TEST_CASE("What is no numeric address is no peer") {
  CHECK_FALSE(parse_peer({"localhost", 80}));
  CHECK_FALSE(parse_peer({"", 80}));
  CHECK_FALSE(parse_peer({"10.0.0.1", 65536}));
  CHECK_FALSE(parse_peer({"10.0.0.1", -1}));
}

TEST_CASE("An IPv4 socket reaches IPv4 peers only") {
  CHECK(to_socket_address(*parse_peer({"10.0.0.1", 5}), false).any.sa_family == AF_INET);
  CHECK(to_socket_address(*parse_peer({"2001:db8::7", 5}), false).any.sa_family == AF_UNSPEC);
  CHECK(to_socket_address(*parse_peer({"10.0.0.1", 5}), true).any.sa_family == AF_INET6);
}

TEST_CASE("A link-local peer keeps the interface it is behind") {
  SocketAddress address{};
  address.v6.sin6_family = AF_INET6;
  address.v6.sin6_addr.s6_addr[0] = 0xFE;
  address.v6.sin6_addr.s6_addr[1] = 0x80;
  address.v6.sin6_scope_id = 3;
  const PeerAddress peer = to_peer(address);
  CHECK(to_socket_address(peer, true).v6.sin6_scope_id == 3);
  address.v6.sin6_scope_id = 4;
  CHECK_FALSE(to_peer(address) == peer);
}

TEST_CASE("Hashes spread neighbours, and each seed spreads them in another way") {
  std::set<std::size_t> low_bits, other_seed;
  for (int port = 1; port <= 256; ++port) {
    const PeerAddress peer = *parse_peer({"10.0.0.1", port});
    low_bits.insert(PeerAddressHash(1)(peer) % 1024);
    if (PeerAddressHash(1)(peer) == PeerAddressHash(2)(peer)) other_seed.insert(port);
  }
  CHECK(low_bits.size() > 200);
  CHECK(other_seed.empty());
  CHECK(PeerAddressHash(1)(*parse_peer({"10.0.0.1", 5})) ==
        PeerAddressHash(1)(*parse_peer({"10.0.0.1", 5})));
  CHECK(PeerAddressHash(1)(*parse_peer({"10.0.0.1", 5})) !=
        PeerAddressHash(1)(*parse_peer({"10.0.0.2", 5})));
}
