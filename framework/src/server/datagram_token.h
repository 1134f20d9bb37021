#pragma once

#include <string>
#include <string_view>

#include "net/host.h"
#include "net/peer_address.h"

namespace shaddock::server {

// Proves that whoever shows it can read what is sent to an address, and keeps nothing of anyone:
//
//   base64url( first 16 bytes of HMAC-SHA256( secret, ip | zone | port | number of the window ) )
//
// A window is 30 s of the loop's clock; tokens of this one and the one before are good. Each port
// has a secret of its own, so no token is good on another one.
class DatagramToken {
 public:
  explicit DatagramToken(net::Random& random);

  std::string make(const net::PeerAddress& peer, net::TimePoint now) const;
  bool accepts(std::string_view token, const net::PeerAddress& peer, net::TimePoint now) const;

  // Whether a good one stands anywhere in the text: told without parsing what a stranger wrote.
  bool stands_in(std::string_view text, const net::PeerAddress& peer, net::TimePoint now) const;

  static constexpr net::Duration kWindow{30'000};

 private:
  std::string make(const net::PeerAddress& peer, std::int64_t window) const;

  std::string secret_;
};

}  // namespace shaddock::server
