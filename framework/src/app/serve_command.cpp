#include "app/serve_command.h"

#include <utility>

#include "admin/exit_code.h"
#include "admin/records.h"
#include "app/ending.h"
#include "app/recorded_server.h"

namespace shaddock::app {
namespace {

namespace exit_code = admin::exit_code;

class ServeCommand final : public net::Program {
 public:
  ServeCommand(const CommandContext& context, Function<void(int)> on_end)
      : context_(context), ending_(context.host.loop, std::move(on_end)) {
    if (const int code = begin(); code != exit_code::kFine) ending_.tell(code);
  }

 private:
  int begin() {
    auto configuration = context_.load();
    if (!configuration) return exit_code::kConfiguration;
    const ServerInfo* self = nullptr;
    for (const ServerInfo& server : configuration->servers)
      if (server.id == context_.line.server_id) self = &server;
    if (self == nullptr)
      return complain("no server " + context_.line.server_id + " is configured for " +
                          context_.line.environment,
                      exit_code::kConfiguration);
    if (const auto other = who_is_it_already(context_, self->id))
      return complain(*other, exit_code::kRunsAlready);
    return serve_as(*self, std::move(*configuration));
  }

  int serve_as(ServerInfo self, admin::Configuration configuration) {
    self.incarnation = context_.line.incarnation;
    auto secret = admin::Records(context_.host, context_.folders.run)
                      .secret(configuration.master.secret_file);
    if (!secret) return complain(secret.error().text, exit_code::kConfiguration);
    auto server =
        serve_recorded(context_,
                       {context_.host, std::move(configuration), context_.folder, context_.folders,
                        std::move(self), context_.line.master, *secret, context_.outlets},
                       [this](int code) { ending_.tell(code); });
    if (!server) return complain(server.error().text, exit_code::kOther);
    server_ = std::move(server).value();
    return exit_code::kFine;
  }

  int complain(const std::string& text, int code) {
    context_.outlets.complain(text);
    return code;
  }

  CommandContext context_;
  Ending ending_;
  std::unique_ptr<net::Program> server_;
};

}  // namespace

std::unique_ptr<net::Program> start_serving(const CommandContext& context,
                                            Function<void(int)> on_end) {
  return std::make_unique<ServeCommand>(context, std::move(on_end));
}

}  // namespace shaddock::app
