#pragma once
// Where clients connect to: one URL of the command line.
//
//   tcp://host:port   tls://host:port   ws://host:port/path   wss://host:port/path

#include <shaddock/error.h>

#include <string>
#include <string_view>

#include "net/stream.h"

namespace shaddock::load {

struct Target {
  net::Address address;
  bool websocket = false;
  bool tls = false;
  std::string path = "/";
  bool operator==(const Target&) const = default;
};

Result<Target> parse_target(std::string_view url);

// A name becomes the first address that the system knows for it, IPv4 before IPv6: once, not for
// each of thousands of clients. Waits for the answer.
Result<void> resolve(Target& target);

// Whether it is on this machine and IPv4, so that clients may come from any address in 127.0.0.0/8.
bool is_loopback(const Target& target);

}  // namespace shaddock::load
