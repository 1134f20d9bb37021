#include <shaddock/application.h>

#include <utility>

#include "app/application_program.h"
#include "app/run.h"

namespace shaddock {

Application::Application() : definition_(std::make_unique<detail::Definition>()) {}
Application::~Application() = default;

ServerType Application::server(std::string type) {
  return ServerType(definition_->types[std::move(type)]);
}

void Application::configure(std::string environments, std::string types,
                            std::function<void(Settings&)> function) {
  definition_->configures.push_back(
      {std::move(environments), std::move(types), std::move(function)});
}

void Application::route(std::string server_type, Router router) {
  configure("all", "all",
            [type = std::move(server_type), router = std::move(router)](Settings& settings) {
              settings.route(type, router);
            });
}

void Application::filter(FilterFactory filter) {
  configure("all", "all", [filter = std::move(filter)](Settings& settings) {
    settings.filters.push_back(filter);
  });
}

void Application::global_filter(FilterFactory filter) {
  configure("all", "all", [filter = std::move(filter)](Settings& settings) {
    settings.global_filters.push_back(filter);
  });
}

int Application::run(int argc, char** argv) {
  app::ApplicationProgram program(*definition_);
  return app::run(program, argc, argv);
}

}  // namespace shaddock
