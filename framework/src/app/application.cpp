#include <shaddock/application.h>

#include <utility>

#include "app/program.h"
#include "app/run.h"
#include "app/server_process.h"

namespace shaddock {

namespace {

class ApplicationProgram final : public app::Program {
 public:
  explicit ApplicationProgram(const detail::Definition& definition) : definition_(definition) {}

  std::string version() const override { return SHADDOCK_VERSION; }
  std::vector<std::string> server_types() const override {
    std::vector<std::string> types;
    for (const auto& [type, described] : definition_.types) types.push_back(type);
    return types;
  }
  int serve(const app::ServeRequest& request) override { return app::serve(definition_, request); }

 private:
  const detail::Definition& definition_;
};

}  // namespace

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
  ApplicationProgram program(*definition_);
  return app::run(program, argc, argv);
}

}  // namespace shaddock
