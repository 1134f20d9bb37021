#include "app/join_command.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "admin/admission.h"
#include "admin/exit_code.h"
#include "admin/join_rules.h"
#include "admin/records.h"
#include "app/ending.h"
#include "app/join_words.h"
#include "app/master_command.h"
#include "app/operator_name.h"
#include "app/recorded_server.h"
#include "base/log_sink.h"

namespace shaddock::app {
namespace {

namespace exit_code = admin::exit_code;

Error wrong(std::string text) { return {exit_code::kConfiguration, std::move(text)}; }

// What the files say, if there are any; the command line knows better.
class JoinSettings {
 public:
  // The code of the error is the exit code; without a text all has been said.
  static Result<JoinSettings> read(const CommandContext& context) {
    JoinSettings settings;
    auto entry = entry_of_words(context.line.entry);
    if (!entry) return wrong(entry.error().text);
    settings.server = std::move(entry).value();
    if (auto done = settings.read_files(context); !done) return done.error();
    if (auto done = settings.place(context.line); !done) return done.error();
    if (std::string why = settings.refusal(context); !why.empty()) return wrong(std::move(why));
    auto secret = settings.read_secret(context);
    if (!secret) return wrong(secret.error().text);
    settings.secret = std::move(secret).value();
    return settings;
  }

  ServerInfo server;
  admin::Configuration configuration;
  net::Address master;
  std::string secret;

 private:
  Result<void> read_files(const CommandContext& context) {
    configuration.environment = context.line.environment;
    configuration.servers = {server};
    net::Files& files = context.host.files;
    const auto is_there = [&](const std::string& path) {
      const auto status = files.status(path);
      return status && *status;
    };
    const std::string folder = context.folder + '/';
    if (!is_there(folder + "master.json") &&
        !is_there(folder + context.line.environment + "/master.json"))
      return {};
    auto loaded = context.load();
    if (!loaded) return wrong("");
    configuration = std::move(*loaded);
    configuration.master.isolation = net::Isolation::process;
    return {};
  }

  Result<void> place(const CommandLine& line) {
    if (!line.master_id.empty()) configuration.master.id = line.master_id;
    if (configuration.master.id.empty())
      return wrong("there is no master.json: join needs --master ID@HOST:PORT");
    master = line.master.port != 0 ? line.master : master_address(configuration);
    if (master.host == "localhost") master.host = "127.0.0.1";
    if (server.host == "localhost") server.host = "127.0.0.1";
    if (!line.secret_file.empty()) configuration.master.secret_file = line.secret_file;
    return {};
  }

  std::string refusal(const CommandContext& context) const {
    if (std::string why = admin::wrong_with_entry(server); !why.empty()) return why;
    const auto types = context.program.server_types();
    if (!types.empty() && std::ranges::find(types, server.type) == types.end())
      return "the application has no server type \"" + server.type + '"';
    return admin::wrong_with_secret(server, master, !configuration.master.secret_file.empty());
  }

  // One that is generated is made by the master alone.
  Result<std::string> read_secret(const CommandContext& context) const {
    const std::string& file = configuration.master.secret_file;
    const std::string generated = context.folders.run + "/secret";
    if (file.empty()) {
      const auto status = context.host.files.status(generated);
      if (!status || !*status)
        return wrong("there is no secret in " + generated +
                     ": join where the master runs, or with --secret-file FILE");
    }
    return admin::Records(context.host, context.folders.run).secret(file);
  }
};

class JoinCommand final : public net::Program {
 public:
  JoinCommand(const CommandContext& context, Function<void(int)> on_end)
      : context_(context), ending_(context.host.loop, std::move(on_end)) {
    if (auto begun = begin(); !begun) fail(begun.error());
  }

 private:
  Result<void> begin() {
    auto read = JoinSettings::read(context_);
    if (!read) return read.error();
    settings_.emplace(std::move(read).value());
    const ServerInfo& server = settings_->server;
    if (const auto other = who_is_it_already(context_, server.id))
      return Error(exit_code::kRunsAlready, *other);
    net::Files& files = context_.host.files;
    for (const auto& made : {admin::Records(context_.host, context_.folders.run).make_folder(),
                             files.make_folder(context_.folders.logs, 0755)})
      if (!made) return Error(exit_code::kOther, made.error().text);
    const auto unseen = std::make_shared<MemoryLog>("join", LogLevel::error);
    admission_.emplace(
        context_.host, Logger(unseen, "join"),
        admin::AdmissionSettings{settings_->configuration.master.id, settings_->master,
                                 settings_->secret, operator_name(), server});
    admission_->start([this](Result<std::uint64_t> admitted) {
      admission_.reset();
      if (!admitted) return fail(admitted.error());
      if (auto served = serve(*admitted); !served) fail(served.error());
    });
    return {};
  }

  Result<void> serve(std::uint64_t incarnation) {
    JoinSettings& settings = *settings_;
    settings.server.incarnation = incarnation;
    ServeRequest request{context_.host,   std::move(settings.configuration),
                         context_.folder, context_.folders,
                         settings.server, settings.master,
                         settings.secret, context_.outlets};
    request.joined = true;
    const std::string master = request.configuration.master.id;
    auto server =
        serve_recorded(context_, std::move(request), [this](int code) { ending_.tell(code); });
    if (!server) return Error(exit_code::kOther, server.error().text);
    server_ = std::move(server).value();
    context_.outlets.print(settings.server.id + " joins " + master + " at " +
                           net::to_string(settings.master) + ", its log is " +
                           context_.folders.log_of(settings.server.id));
    return {};
  }

  void fail(const Error& error) {
    if (!error.text.empty()) context_.outlets.complain(error.text);
    ending_.tell(error.code);
  }

  CommandContext context_;
  Ending ending_;
  std::optional<JoinSettings> settings_;
  std::optional<admin::Admission> admission_;
  std::unique_ptr<net::Program> server_;
};

}  // namespace

std::unique_ptr<net::Program> start_joining(const CommandContext& context,
                                            Function<void(int)> on_end) {
  return std::make_unique<JoinCommand>(context, std::move(on_end));
}

}  // namespace shaddock::app
