#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/configuration.h"
#include "admin/console.h"
#include "app/program.h"
#include "testing/scene.h"
#include "testing/watched_program.h"

namespace shaddock::testing {

// A cluster as it is behind the public class.
struct Cluster::Parts {
  Parts(const Application& application, const std::string& configuration_folder, Options options);

  void load(const detail::Definition& definition, const std::map<std::string, std::string>& files);
  void start();
  app::Outlets outlets_of(const std::string& id);
  // Like an operator at the command line; `what` names the command.
  void operate(const std::string& what, const std::string& server,
               void (admin::Console::*command)(admin::Console::OnEnd));

  // Each throws Failure: no such server is configured; it does not run; time is
  // real, where faults are not to be had; it accepts no clients.
  const ServerInfo& configured(std::string_view id) const;
  app::ServerProgram& running(std::string_view id) const;
  void check_runs(std::string_view id) const { static_cast<void>(running(id)); }
  Faults& faults(std::string_view what);
  net::Address client_address(std::string_view id) const;
  // The id of the server with that address for clients; the address itself if it is nobody's.
  std::string name_of(const net::Address& address) const;
  Client& connect(const std::string& server_id, const net::Address& address, std::string name);

  std::string folder;
  admin::Folders folders;
  admin::Configuration configuration;
  std::vector<std::string> said;  // by the programs, to whoever starts them
  bool complete = false;          // all servers are ready for the first time
  RunningServers servers;
  WatchedProgram program;
  Scene scene;
  std::vector<std::unique_ptr<Client>> clients;
};

}  // namespace shaddock::testing
