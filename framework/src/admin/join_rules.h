#pragma once

#include <shaddock/server_info.h>

#include <string>
#include <vector>

#include "net/stream.h"

namespace shaddock::admin {

// The rules of servers.json, for a server that is in no file. What is returned says what is wrong;
// nothing: it is fine.

// The entry for itself: what its parts are made of, and which of them there must be.
std::string wrong_with_entry(const ServerInfo& entry);
// Who is not on this machine needs a secret of the operator.
std::string wrong_with_secret(const ServerInfo& entry, const net::Address& master,
                              bool operators_secret);
// A port that somebody else has: one of the others, or the master. Ports of listeners that only
// servers.json tells of are not looked at.
std::string wrong_with_ports(const ServerInfo& entry, const std::vector<ServerInfo>& others,
                             const std::string& master_id, const net::Address& master);

}  // namespace shaddock::admin
