#pragma once

#include <shaddock/error.h>

#include <vector>

#include "net/uv_address.h"

namespace shaddock::net {

// What everything that opens a port shares.

// The addresses to be tried, in this order. Names are resolved here and now: a port is opened once,
// at the start. Empty when that failed; `status` says why.
std::vector<SocketAddress> bind_candidates(uv_loop_t* loop, const Address& address, int& status);

// Why no candidate could be bound, by libuv's status.
Error bind_failure(const Address& address, int status);

}  // namespace shaddock::net
