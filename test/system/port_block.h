#pragma once

#include <string>
#include <vector>

#include "net/host.h"

namespace shaddock::system_test {

// Ports that nobody listens on now, below those that the kernel gives to outgoing connections: a
// server that is down for a moment must find its port free when it is back.
std::vector<int> free_ports(net::Host& host, std::size_t count);

}  // namespace shaddock::system_test
