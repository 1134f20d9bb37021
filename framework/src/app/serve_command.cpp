#include "app/serve_command.h"

#include <chrono>
#include <utility>

#include "admin/exit_code.h"
#include "admin/records.h"
#include "admin/survivors.h"
#include "app/ending.h"

namespace shaddock::app {
namespace {

namespace exit_code = admin::exit_code;

class ServeCommand final : public net::Program {
 public:
  ServeCommand(const CommandContext& context, Function<void(int)> on_end)
      : context_(context),
        host_(context.host),
        records_(host_, context.folders.run),
        ending_(host_.loop, std::move(on_end)) {
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
    const auto before = records_.find(self->id);
    // In a shared process an earlier life of this server may have left a record of this process.
    if (before && before->process != host_.processes.self() &&
        host_.processes.alive(before->process))
      return complain(self->id + " runs already, as process " + std::to_string(before->process.pid),
                      exit_code::kRunsAlready);
    return serve_as(*self, std::move(*configuration));
  }

  int serve_as(ServerInfo self, admin::Configuration configuration) {
    self.incarnation = context_.line.incarnation;
    auto secret = records_.secret(configuration.master.secret_file);
    if (!secret) return complain(secret.error().text, exit_code::kConfiguration);
    if (auto written = write_record(self); !written)
      return complain(written.error().text, exit_code::kOther);
    server_ =
        context_.program.serve({host_, std::move(configuration), context_.folder, context_.folders,
                                self, context_.line.master, *secret, context_.outlets},
                               [this, id = self.id, incarnation = self.incarnation](int code) {
                                 records_.remove(id, incarnation);
                                 ending_.tell(code);
                               });
    return exit_code::kFine;
  }

  Result<void> write_record(const ServerInfo& self) {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    admin::Record record;
    record.id = self.id;
    record.type = self.type;
    record.frontend = self.frontend;
    record.process = host_.processes.self();
    record.incarnation = self.incarnation;
    record.fingerprint = admin::fingerprint(self);
    record.master = context_.line.master;
    record.since = duration_cast<milliseconds>(host_.loop.wall_clock().time_since_epoch()).count();
    return records_.write(record);
  }

  int complain(const std::string& text, int code) {
    context_.outlets.complain(text);
    return code;
  }

  CommandContext context_;
  net::Host& host_;
  admin::Records records_;
  Ending ending_;
  std::unique_ptr<net::Program> server_;
};

}  // namespace

std::unique_ptr<net::Program> start_serving(const CommandContext& context,
                                            Function<void(int)> on_end) {
  return std::make_unique<ServeCommand>(context, std::move(on_end));
}

}  // namespace shaddock::app
