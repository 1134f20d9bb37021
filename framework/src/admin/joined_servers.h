#pragma once

#include <shaddock/error.h>
#include <shaddock/server_info.h>

#include <string>
#include <vector>

#include "net/files.h"

namespace shaddock::admin {

// The servers that were joined by hand, in a file of the master's own (run/<env>/joined, JSON): a
// later master shows them to the others from its first view on, before they come back to it.
class JoinedServers {
 public:
  struct Entry {
    ServerInfo server;  // with its incarnation
    int pid = 0;        // on its machine
  };

  JoinedServers(net::Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  // What the file holds; what cannot be read is nobody.
  std::vector<Entry> load();
  Result<void> put(const ServerInfo& server, int pid);
  Result<void> remove(const std::string& id);

  std::size_t size() const { return entries_.size(); }
  static constexpr std::size_t kMost = 256;

 private:
  Result<void> write();

  net::Files& files_;
  std::string path_;
  std::vector<Entry> entries_;
};

}  // namespace shaddock::admin
