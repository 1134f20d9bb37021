#pragma once

#include <shaddock/listener.h>
#include <shaddock/server_info.h>

#include <string>
#include <vector>

#include "admin/configuration_files.h"

namespace shaddock::admin {

// One server and where it is written; entries made by clusterCount share a place.
struct ServerEntry {
  ServerInfo info;
  const Node* node;
  std::string path;  // development.connector[2]
  std::vector<ListenerSettings> listeners;
  std::string listeners_text;  // what the file says of them
};

// Reads {"connector": [{"id": ...}, ...], ...}, checking each entry for itself. What is wrong with
// an entry is reported, and the entry is in the answer all the same, for the rules that concern
// several.
std::vector<ServerEntry> read_server_entries(const Section& section,
                                             const std::vector<std::string>& known_types,
                                             std::vector<Problem>& problems);

}  // namespace shaddock::admin
