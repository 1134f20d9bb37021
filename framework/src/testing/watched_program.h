#pragma once

#include <functional>
#include <map>
#include <string>

#include "app/application_program.h"

namespace shaddock::testing {

// Servers that run, by id.
using RunningServers = std::map<std::string, app::ServerProgram*, std::less<>>;

// An Application whose servers can be looked at while they run.
class WatchedProgram final : public app::ApplicationProgram {
 public:
  // Both outlive it, and what it starts.
  WatchedProgram(const detail::Definition& definition, RunningServers& running)
      : ApplicationProgram(definition), running_(running) {}

  std::unique_ptr<net::Program> serve(app::ServeRequest request,
                                      Function<void(int)> on_end) override;

 private:
  RunningServers& running_;
};

}  // namespace shaddock::testing
