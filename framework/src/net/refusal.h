#pragma once

#include <shaddock/error.h>

#include <string_view>

#include "net/network.h"

namespace shaddock::net {

// Whether a connection that could not be made proves that no process listens at that address. Only
// the kernel of this machine (`own_host` is one of its addresses) can be believed when it refuses:
// between machines a firewall may refuse what would have reached a server that lives.
bool nobody_listens(const Error& why, const Address& address, std::string_view own_host);

}  // namespace shaddock::net
