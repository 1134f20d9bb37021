#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/connector.h"

namespace shaddock::server {

// Views die with the call that delivered the message. id 0: no answer is wanted.
struct Connector::Incoming {
  Client& client;
  std::uint32_t id;
  KnownRoute& route;
  std::string_view body;
  cluster::BodyCoding coding;  // of the body, and of what shall be answered
  std::uint32_t filtered = 0;  // key in forwarded_, 0: no global filter waits
  // When it is sent for the second time:
  const std::string* not_to = nullptr;
  net::TimePoint deadline{};
  net::TimePoint held_since{};  // it has waited for a restart
};

}  // namespace shaddock::server
