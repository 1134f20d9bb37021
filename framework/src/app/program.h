#pragma once

#include <shaddock/function.h>
#include <shaddock/log.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "admin/configuration.h"
#include "admin/folders.h"
#include "admin/moved_keys.h"
#include "cluster/view.h"
#include "net/program.h"

namespace shaddock::app {

// Where a program says something. The command line's go to the terminal and to files; a shared
// process and the simulation put others in their place. Each function may be called on the threads
// of several servers at once.
struct Outlets {
  std::function<void(std::string_view)> print;     // a line for whoever started it
  std::function<void(std::string_view)> complain;  // the same, of what is wrong
  std::function<Result<std::shared_ptr<LogSink>>(const std::string& path, const std::string& id)>
      open_log;

  // stdout, stderr, and files that turn over.
  static Outlets of_terminal();
};

// All that is needed to be one server of the cluster.
struct ServeRequest {
  net::Host& host;
  admin::Configuration configuration;
  std::string configuration_folder;
  admin::Folders folders;
  ServerInfo self;      // with its incarnation
  net::Address master;  // where to register, as configuration.master.id
  std::string secret;   // of the cluster, for links
  Outlets outlets;  // what is complained before a failure is shown to whoever starts the cluster
  bool joined = false;  // by hand: no file tells the master of it
};

// A program as the command line sees it: what it is, and how it serves.
class Program {
 public:
  virtual std::string version() const = 0;
  // Server types that have code; with none every type of servers.json is accepted.
  virtual std::vector<std::string> server_types() const = 0;
  // What other lists of servers mean for the keys of its stable routers.
  virtual std::vector<admin::MovedKeys> moved_keys(const admin::Configuration& /*configuration*/,
                                                   const cluster::View& /*before*/,
                                                   const cluster::View& /*after*/) const {
    return {};
  }
  // Begins to be one server, which runs until it is told to stop: see net::Main. Several may run at
  // once, also on different threads.
  virtual std::unique_ptr<net::Program> serve(ServeRequest request, Function<void(int)> on_end) = 0;

 protected:
  ~Program() = default;
};

}  // namespace shaddock::app
