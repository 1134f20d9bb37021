#include "app/run.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <utility>

#include "admin/exit_code.h"
#include "admin/output_files.h"
#include "app/command_context.h"
#include "app/console_command.h"
#include "app/daemon.h"
#include "app/join_command.h"
#include "app/logs_command.h"
#include "app/master_command.h"
#include "app/run_to_end.h"
#include "app/serve_command.h"
#include "app/shared_cluster.h"
#include "base/log_sink.h"
#include "net/uv_host.h"

namespace shaddock::app {
namespace {

namespace exit_code = admin::exit_code;
using Verb = CommandLine::Verb;

int check(const CommandContext& context) {
  const auto configuration = context.load(context.line.strict);
  if (!configuration) return exit_code::kConfiguration;
  context.outlets.print("configuration is fine: " + std::to_string(configuration->servers.size()) +
                        " servers, isolation " +
                        std::string(net::to_string(configuration->master.isolation)));
  return exit_code::kFine;
}

int start_detached(const CommandContext& context, const admin::Configuration& configuration) {
  if (auto made = context.host.files.make_folder(context.folders.logs, 0755); !made) {
    context.outlets.complain(made.error().text);
    return exit_code::kOther;
  }
  DaemonSettings settings;
  settings.master_id = configuration.master.id;
  settings.arguments = {"start", "--detached"};
  for (std::string& word : common_words(context)) settings.arguments.push_back(std::move(word));
  settings.output_file =
      admin::OutputFiles(context.host.files, context.folders).begin(configuration.master.id);
  settings.print = context.outlets.print;
  admin::Records records(context.host, context.folders.run);
  return start_daemon(context.host, records, settings);
}

// Of a cluster that runs.
int start_some(const CommandContext& context) {
  if (!context.line.daemon && !context.line.isolation) return run_console(context);
  context.outlets.complain("--daemon and --isolation belong to the start of a whole cluster");
  return exit_code::kOther;
}

int start(const CommandContext& context) {
  const auto configuration = context.load();
  if (!configuration) return exit_code::kConfiguration;
  const auto& ids = context.line.ids;
  const bool all = ids.empty() || ids == std::vector{configuration->master.id};
  if (!all || !context.line.type.empty()) return start_some(context);
  if (context.line.daemon) return start_detached(context, *configuration);
  if (configuration->master.isolation != net::Isolation::process)
    return run_shared(context, *configuration);
  return run_to_end(context.host.loop, [&](Function<void(int)> on_end) {
    return start_master(context, *configuration, std::move(on_end));
  });
}

int serve(const CommandContext& context) {
  return run_to_end(context.host.loop, [&](Function<void(int)> on_end) {
    return start_serving(context, std::move(on_end));
  });
}

int join(const CommandContext& context) {
  return run_to_end(context.host.loop, [&](Function<void(int)> on_end) {
    return start_joining(context, std::move(on_end));
  });
}

int run(const CommandContext& context) {
  switch (context.line.verb) {
    case Verb::list:
    case Verb::stop:
    case Verb::restart:
    case Verb::kill:
    case Verb::users:
    case Verb::kick:
    case Verb::top:
    case Verb::plan:
    case Verb::add:
    case Verb::remove:
      return run_console(context);
    case Verb::logs:
      return run_logs(context);
    case Verb::check:
      return check(context);
    case Verb::serve:
      return serve(context);
    case Verb::join:
      return join(context);
    case Verb::start:
      return start(context);
  }
  return exit_code::kOther;
}

}  // namespace

int run(Program& program, int argc, char** argv) {
  const Outlets outlets = Outlets::of_terminal();
  const std::string name =
      argc > 0 ? std::filesystem::path(argv[0]).filename().string() : std::string("program");
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  auto parsed = parse_command_line(name, program.version(), arguments);
  if (!parsed.command) {
    parsed.exit_code == 0 ? outlets.print(parsed.text) : outlets.complain(parsed.text);
    return parsed.exit_code;
  }
  try {
    net::UvHost uv;
    return run(CommandContext(program, uv.host(), std::move(*parsed.command), outlets));
  } catch (const std::exception& error) {
    outlets.complain(error.what());
    return exit_code::kOther;
  }
}

}  // namespace shaddock::app
