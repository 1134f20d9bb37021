#pragma once

#include <shaddock/settings.h>

#include <memory>

#include "app/program.h"
#include "server/running_server.h"

namespace shaddock::app {

// What runs as one server, for those who look into it: the test kit.
class ServerProgram : public net::Program {
 public:
  virtual server::RunningServer& server() = 0;
  // Linked to the others and, on a frontend, open to clients; the master is told so.
  virtual bool ready() const = 0;
};

// Runs one server of the cluster on the request's host until the master, a signal or the lifeline
// ends it. The reason of a failure is complained, and logged.
// A ServerProgram, unless it could not even begin.
std::unique_ptr<net::Program> start_server(const detail::Definition& definition,
                                           ServeRequest request, Function<void(int)> on_end);

}  // namespace shaddock::app
