#include "app/application_program.h"

#include <utility>

namespace shaddock::app {

std::string ApplicationProgram::version() const { return SHADDOCK_VERSION; }

std::vector<std::string> ApplicationProgram::server_types() const {
  std::vector<std::string> types;
  for (const auto& [type, described] : definition_.types) types.push_back(type);
  return types;
}

std::unique_ptr<net::Program> ApplicationProgram::serve(ServeRequest request,
                                                        Function<void(int)> on_end) {
  return start_server(definition_, std::move(request), std::move(on_end));
}

}  // namespace shaddock::app
