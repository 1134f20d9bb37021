#pragma once

#include <shaddock/server_info.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/records.h"

namespace shaddock::admin {

// Numbers for what servers.json says of servers, by id; see fingerprint().
using Fingerprints = std::map<std::string, std::uint32_t>;

// Servers that live when a new master starts: what becomes of each.
struct Survivors {
  struct Stopped {
    Record record;
    std::string why;  // "is not in servers.json any more"
  };
  std::vector<Record> kept;  // run on, and are taken over
  // End first; those that are configured are started anew then.
  std::vector<Stopped> stopped;
};

// `living` are the records of servers whose processes live, `before` is the record that the master
// before has left, if it was killed. Those which that one held by a lifeline end by themselves now.
Survivors sort_survivors(std::vector<Record> living, const std::optional<Record>& before,
                         const std::vector<ServerInfo>& configured,
                         const Fingerprints& fingerprints, const net::Address& master);

// A number for what servers.json says of a server, but its state: another one means that it has to
// be started anew. Never 0, which is not known. `listeners` is the text about its ports for clients
// that is not in the info.
std::uint32_t fingerprint(const ServerInfo& server, std::string_view listeners = {});

}  // namespace shaddock::admin
