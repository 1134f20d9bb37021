#pragma once

#include <shaddock/error.h>

#include <cstdint>
#include <string_view>

#include "net/network.h"
#include "sim/attachment.h"

namespace shaddock::sim {

// Reasons, in the words of the real network.
inline constexpr std::string_view kInUse = "address already in use";
inline constexpr std::string_view kNotAvailable = "address not available";
inline constexpr std::string_view kInvalid = "invalid argument";
inline constexpr std::string_view kUnknownName = "unknown node or service";
inline constexpr std::string_view kRefused = "connection refused";
inline constexpr std::string_view kTimedOut = "connection timed out";

inline Error bind_failure(const net::Address& address, std::string_view reason) {
  return Error(reason == kInUse ? net::Network::kPortTaken : code::kFailed,
               "cannot listen on " + net::to_string(address) + ": " + std::string(reason));
}

// Where a port may be opened; the port is not yet taken.
struct Place {
  net::IpAddress ip;
  std::uint16_t port;
};
Result<Place> place_of(const Machine& machine, const net::Address& address);

}  // namespace shaddock::sim
