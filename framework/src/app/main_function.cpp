#include "app/main_function.h"

#include <utility>

#include "admin/exit_code.h"
#include "app/ending.h"
#include "app/master_command.h"
#include "app/serve_command.h"

namespace shaddock::app {
net::Main main_function(Program& program, Outlets outlets) {
  return [&program, outlets = std::move(outlets)](
             net::Host& host, const net::Command& command,
             Function<void(int)> on_end) -> std::unique_ptr<net::Program> {
    using Verb = CommandLine::Verb;
    const auto failed = [&](int code) {
      return std::make_unique<Failed>(host.loop, std::move(on_end), code);
    };
    auto parsed = parse_command_line(command.program, program.version(), command.arguments);
    if (!parsed.command) {
      outlets.complain(parsed.text);
      return failed(parsed.exit_code);
    }
    const CommandContext context(program, host, std::move(*parsed.command), outlets);
    if (context.line.verb == Verb::serve) return start_serving(context, std::move(on_end));
    if (context.line.verb != Verb::start) return failed(admin::exit_code::kOther);
    const auto configuration = context.load();
    if (!configuration) return failed(admin::exit_code::kConfiguration);
    return start_master(context, *configuration, std::move(on_end));
  };
}

}  // namespace shaddock::app
