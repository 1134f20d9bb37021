#include "app/application_program.h"

#include <utility>

#include "app/moved_keys.h"

namespace shaddock::app {

std::string ApplicationProgram::version() const { return SHADDOCK_VERSION; }

std::vector<std::string> ApplicationProgram::server_types() const {
  std::vector<std::string> types;
  for (const auto& [type, described] : definition_.types) types.push_back(type);
  return types;
}

std::vector<admin::MovedKeys> ApplicationProgram::moved_keys(
    const admin::Configuration& configuration, const cluster::View& before,
    const cluster::View& after) const {
  return moved_keys_of(definition_, configuration, before, after);
}

std::unique_ptr<net::Program> ApplicationProgram::serve(ServeRequest request,
                                                        Function<void(int)> on_end) {
  return start_server(definition_, std::move(request), std::move(on_end));
}

}  // namespace shaddock::app
