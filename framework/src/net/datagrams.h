#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <shaddock/function.h>

#include "net/peer_address.h"

namespace shaddock::net {

// The longest that fits into one datagram of IPv4: 65,535 less the two headers.
inline constexpr std::size_t kMaxDatagram = 65'507;

// One datagram: who sent it, and its bytes in memory that the whole loop shares. The view dies when
// the call returns; the bytes may be changed in place. The call may destroy the socket.
using OnDatagram = Function<void(const PeerAddress& from, std::span<char> bytes)>;

// An open UDP port; destroying it closes the port, and nothing is received afterwards. Nothing is
// received from inside send() either. A flood gets a bounded number of calls in a turn of the loop.
class DatagramSocket {
 public:
  virtual ~DatagramSocket() = default;

  enum class Sent : std::uint8_t {
    sent,      // the system took it, which does not mean that it arrives
    dropped,   // no room, or no way to that address
    too_long,  // for one datagram
  };
  // At once or not at all: nothing is queued.
  virtual Sent send(const PeerAddress& to, std::string_view bytes) = 0;

  virtual Address address() const = 0;  // with the port the system chose when 0 was asked for
};

}  // namespace shaddock::net
