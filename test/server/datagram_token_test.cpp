#include "server/datagram_token.h"

#include <doctest/doctest.h>

#include "cluster/memory_network.h"

using namespace shaddock;
using namespace shaddock::server;

namespace {

const net::PeerAddress kPeer = *net::parse_peer({"10.0.0.1", 5000});
const net::TimePoint kStart{DatagramToken::kWindow * 100};

struct Tokens {
  cluster::MemoryHost world;
  DatagramToken token{world.host().random};
};

}  // namespace

TEST_CASE_FIXTURE(Tokens, "A token is 22 characters that JSON and URLs carry as they are") {
  for (int port = 1; port < 200; ++port) {
    const std::string text = token.make({kPeer.ip, 0, static_cast<std::uint16_t>(port)}, kStart);
    CHECK(text.size() == 22);
    CHECK(text.find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
  }
}

TEST_CASE_FIXTURE(Tokens, "A token is good for its address, port and zone only") {
  const std::string text = token.make(kPeer, kStart);
  CHECK(token.accepts(text, kPeer, kStart));
  CHECK_FALSE(token.accepts(text, *net::parse_peer({"10.0.0.2", 5000}), kStart));
  CHECK_FALSE(token.accepts(text, *net::parse_peer({"10.0.0.1", 5001}), kStart));
  CHECK_FALSE(token.accepts(text, *net::parse_peer({"2001:db8::1", 5000}), kStart));
  CHECK_FALSE(token.accepts(text, {kPeer.ip, 1, kPeer.port}, kStart));
  CHECK_FALSE(token.accepts("", kPeer, kStart));
  CHECK_FALSE(token.accepts(text.substr(1), kPeer, kStart));
  CHECK_FALSE(token.accepts(text + "A", kPeer, kStart));
}

TEST_CASE_FIXTURE(Tokens, "A token is good for its window and the next one") {
  const net::Duration tick(1);
  const std::string text = token.make(kPeer, kStart);
  CHECK(token.make(kPeer, kStart + DatagramToken::kWindow - tick) == text);
  CHECK(token.make(kPeer, kStart + DatagramToken::kWindow) != text);
  CHECK(token.accepts(text, kPeer, kStart + 2 * DatagramToken::kWindow - tick));
  CHECK_FALSE(token.accepts(text, kPeer, kStart + 2 * DatagramToken::kWindow));
  CHECK_FALSE(token.accepts(text, kPeer, kStart - tick));
}

TEST_CASE_FIXTURE(Tokens, "Another port has another secret") {
  const DatagramToken other(world.host().random);
  CHECK_FALSE(other.accepts(token.make(kPeer, kStart), kPeer, kStart));
}

TEST_CASE_FIXTURE(Tokens, "A good token is seen in the middle of a text, as long as it is good") {
  const std::string text = "this is " + token.make(kPeer, kStart) + " indeed";
  CHECK(token.stands_in(text, kPeer, kStart));
  CHECK(token.stands_in(text, kPeer, kStart + DatagramToken::kWindow));
  CHECK_FALSE(token.stands_in(text, kPeer, kStart + 2 * DatagramToken::kWindow));
  CHECK_FALSE(token.stands_in(text, *net::parse_peer({"10.0.0.2", 5000}), kStart));
  CHECK_FALSE(token.stands_in(text.substr(0, 29), kPeer, kStart));
}
