#include "app/logs_command.h"

#include <csignal>

#include "admin/exit_code.h"
#include "admin/log_tail.h"

namespace shaddock::app {
namespace {

constexpr net::Duration kLookAgain{200};

void show(const CommandContext& context, const std::string& line) {
  const std::string& id = context.line.ids.front();
  context.outlets.print(context.line.json ? Json{{"id", id}, {"line", line}}.dump() : line + '\n');
}

void follow(const CommandContext& context, admin::LogTail& tail) {
  std::signal(SIGPIPE, SIG_DFL);  // whoever reads this may have had enough
  net::Loop& loop = context.host.loop;
  for (const int number : {SIGINT, SIGTERM})
    context.host.processes.on_signal(number, [&loop] { loop.stop(); });
  net::Timer look(loop.timers(), [&] {
    for (const std::string& line : tail.more()) show(context, line);
    look.start(kLookAgain);
  });
  look.start(kLookAgain);
  loop.run();
}

}  // namespace

int run_logs(const CommandContext& context) {
  const std::string& id = context.line.ids.front();
  const std::string path =
      context.line.output ? context.folders.output_of(id) : context.folders.log_of(id);
  admin::LogTail tail(context.host.files, path);
  const auto last = tail.last(context.line.lines);
  if (!last || !*last) {
    context.outlets.complain(last ? "there is no " + path : last.error().text);
    return last ? admin::exit_code::kConfiguration : admin::exit_code::kOther;
  }
  for (const std::string& line : **last) show(context, line);
  if (context.line.follow) follow(context, tail);
  if (const std::string line = tail.unfinished(); !line.empty()) show(context, line);
  return admin::exit_code::kFine;
}

}  // namespace shaddock::app
