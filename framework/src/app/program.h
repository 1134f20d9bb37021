#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "admin/configuration.h"
#include "admin/folders.h"
#include "net/host.h"

namespace shaddock::app {

// All that a process needs to be one server of the cluster.
struct ServeRequest {
  net::Host& host;
  admin::Configuration configuration;
  std::string configuration_folder;
  admin::Folders folders;
  ServerInfo self;      // with its incarnation
  net::Address master;  // where to register, as configuration.master.id
  std::string secret;   // of the cluster, for links
};

// A program as the command line sees it: what it is, and how it serves.
class Program {
 public:
  virtual std::string version() const = 0;
  // Server types that have code; with none every type of servers.json is accepted.
  virtual std::vector<std::string> server_types() const = 0;
  // Runs one server until it is told to stop; the result is the exit code of the process. What goes
  // to stderr before a failure is shown to whoever starts the cluster.
  virtual int serve(const ServeRequest& request) = 0;

 protected:
  ~Program() = default;
};

}  // namespace shaddock::app
