#include "app/console_command.h"

#include "admin/console.h"
#include "app/master_command.h"
#include "app/operator_name.h"
#include "app/run_to_end.h"
#include "app/top_command.h"
#include "base/log_sink.h"

namespace shaddock::app {
namespace {

using Verb = CommandLine::Verb;

admin::ConsoleSettings settings_of(const CommandContext& context) {
  admin::ConsoleSettings settings;
  settings.folders = context.folders;
  settings.environment = context.line.environment;
  settings.print = context.outlets.print;
  settings.complain = context.outlets.complain;
  settings.json = context.line.json;
  settings.ids = context.line.ids;
  settings.type = context.line.type;
  settings.rolling = context.line.rolling;
  settings.most = context.line.most;
  settings.user = operator_name();
  settings.credential = context.line.credential;
  settings.uid = context.line.uid;
  settings.reason = context.line.reason;
  settings.words = context.line.words;
  settings.load = [&context] { return context.read_all(); };
  settings.moved = [&context](const cluster::View& before, const cluster::View& after) {
    return context.program.moved_keys(context.read_all().configuration, before, after);
  };
  return settings;
}

void begin(admin::Console& console, const CommandLine& line, admin::Console::OnEnd on_end) {
  switch (line.verb) {
    case Verb::list:
      return console.list(std::move(on_end));
    case Verb::start:
      return console.start(std::move(on_end));
    case Verb::stop:
      return console.stop(std::move(on_end));
    case Verb::restart:
      return console.restart(std::move(on_end));
    case Verb::kill:
      return console.kill(std::move(on_end));
    case Verb::users:
      return console.users(std::move(on_end));
    case Verb::kick:
      return console.kick(std::move(on_end));
    case Verb::plan:
      return console.plan(std::move(on_end));
    case Verb::add:
      return console.add(std::move(on_end));
    case Verb::remove:
      return console.remove(std::move(on_end));
    case Verb::top:
    case Verb::logs:
    case Verb::check:
    case Verb::serve:
    case Verb::join:
      return on_end(admin::exit_code::kOther);
  }
}

}  // namespace

int run_console(const CommandContext& context) {
  admin::ConsoleSettings settings = settings_of(context);
  if (!settings.credential.empty()) {
    const auto configuration = context.load();
    if (!configuration) return admin::exit_code::kConfiguration;
    settings.master_id = configuration->master.id;
    settings.master = master_address(*configuration);
  }
  const auto unseen = std::make_shared<MemoryLog>("console", LogLevel::error);
  admin::Console console(context.host, Logger(unseen, "console"), std::move(settings));
  if (context.line.verb == Verb::top) return run_top(context, console);
  int code = admin::exit_code::kOther;
  begin(console, context.line, [&](int ended) {
    code = ended;
    context.host.loop.stop();
  });
  context.host.loop.run();
  return code;
}

}  // namespace shaddock::app
