#pragma once

#include <shaddock/error.h>
#include <shaddock/listener.h>
#include <shaddock/server_info.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "admin/protocol_files.h"
#include "admin/survivors.h"
#include "base/document.h"
#include "net/isolation.h"

namespace shaddock::admin {

struct MasterEntry {
  std::string id;
  std::string host;
  int port = 0;
  std::string secret_file;  // as written in the file; empty: a generated secret serves
  net::Isolation isolation = net::Isolation::process;
  bool watch = true;  // servers.json, while it runs
};

// What the files of a configuration folder say about one environment.
struct Configuration {
  std::string environment;
  MasterEntry master;
  // In the order of servers.json. Keys that are neither id, host, ports nor frontend are in extras
  // as text, those that Pomelo knows (max-connections, weight, ...) too.
  std::vector<ServerInfo> servers;
  std::map<std::string, std::vector<ListenerSettings>> listeners;  // by server id
  Fingerprints fingerprints;
  ProtocolFiles protocol;
};

// All that is to be said about the files, sorted by file and place. The configuration may be used
// when ok().
struct LoadedConfiguration {
  Configuration configuration;
  std::vector<Problem> problems;
  std::vector<Problem> notes;  // for `check` only: files of Pomelo that have no use here

  // strict: warnings count as well.
  bool ok(bool strict = false) const;
};

// The text of a file, or nothing when there is none. Like net::Files::read.
using ReadFile = std::function<Result<std::optional<std::string>>(const std::string& path)>;

// Reads Pomelo's files from the folder and finds every problem in one run. A file X.json is looked
// for as folder/X.json, where the member named like the environment counts (or the whole file if it
// has no environments), then as folder/<environment>/X.json; the files of ProtocolFiles count as a
// whole. `known_types` are the server types of the application; when there are none every type is
// accepted.
LoadedConfiguration load_configuration(const std::string& folder, const ReadFile& read,
                                       const std::string& environment,
                                       const std::vector<std::string>& known_types);

// What ids, server types and environments are made of: letters, digits, - and _, at most 64.
bool is_name(std::string_view text);

}  // namespace shaddock::admin
