#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/stream.h"

namespace shaddock::net {

// The header of the PROXY protocol (haproxy.org, "proxy-protocol.txt", versions 1 and 2), by which
// a proxy tells whose connection it hands on before the first byte of the client:
//
//   PROXY TCP4 203.0.113.9 10.0.0.8 56324 3010\r\n               at most 107 bytes
//   PROXY UNKNOWN ...\r\n
//
//   | 0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A | 2, command | family | length (2) | addresses, TLVs |
//
// LOCAL (a health check of the proxy itself), UNKNOWN and what is not TCP leave the peer's address
// as it is. TLVs are skipped. Read it only from peers that are listed: from all others it is a lie.
class ProxyHeader {
 public:
  enum class State { more, done, bad };

  static constexpr std::size_t kLongestLine = 107, kLongestBody = 4096;

  // Takes bytes while the state is more, and returns how many: what follows the header is left to
  // the caller.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  // Of a done one: the client, or nothing when the address of the peer is the one to keep.
  const std::optional<Address>& client() const { return client_; }

 private:
  // Enough for a line, or for the start and the two addresses of version 2.
  using Head = std::array<char, kLongestLine>;

  State take(char byte);
  State take_text();
  State take_binary();
  State finish_line(std::string_view line);
  State check_start();
  State finish_binary();
  std::string_view head() const {
    return {head_.data(), taken_ < head_.size() ? taken_ : head_.size()};
  }

  State state_ = State::more;
  Head head_;
  std::size_t taken_ = 0;   // bytes of the header so far
  std::size_t length_ = 0;  // version 2: of the whole header, once it is known
  std::optional<Address> client_;
};

}  // namespace shaddock::net
