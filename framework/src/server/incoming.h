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
  cluster::BodyCoding coding;           // of the body, and of what shall be answered
  std::uint32_t filtered = 0;           // key in forwarded_, 0: no global filter waits
  const std::string* not_to = nullptr;  // it is sent for the second time
  net::TimePoint deadline{};            // of one that has been here before
  net::TimePoint held_until{};          // of one that has waited for a restart
};

}  // namespace shaddock::server
