#include "app/main_function.h"

#include <exception>
#include <utility>

#include "admin/exit_code.h"
#include "app/ending.h"
#include "app/join_command.h"
#include "app/master_command.h"
#include "app/serve_command.h"

namespace shaddock::app {
namespace {

std::unique_ptr<net::Program> begin(Program& program, const Outlets& outlets, net::Host& host,
                                    const net::Command& command, Function<void(int)> on_end) {
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
  if (context.line.verb == Verb::join) return start_joining(context, std::move(on_end));
  if (context.line.verb != Verb::start) return failed(admin::exit_code::kOther);
  const auto configuration = context.load();
  if (!configuration) return failed(admin::exit_code::kConfiguration);
  return start_master(context, *configuration, std::move(on_end));
}

}  // namespace

net::Main main_function(Program& program, Outlets outlets) {
  return [&program, outlets = std::move(outlets)](
             net::Host& host, const net::Command& command,
             Function<void(int)> on_end) -> std::unique_ptr<net::Program> {
    // Still there for the catch, wherever the other has got to.
    const auto shared = std::make_shared<Function<void(int)>>(std::move(on_end));
    const auto end = [shared](int code) { (*shared)(code); };
    try {
      return begin(program, outlets, host, command, end);
    } catch (const std::exception& error) {
      outlets.complain(error.what());
      return std::make_unique<Failed>(host.loop, end, admin::exit_code::kOther);
    }
  };
}

}  // namespace shaddock::app
