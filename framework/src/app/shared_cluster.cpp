#include "app/shared_cluster.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "app/main_function.h"
#include "app/master_command.h"
#include "app/run_to_end.h"
#include "net/shared_process.h"

namespace shaddock::app {
namespace {

constexpr unsigned kPrivateFile = 0600;

Outlets outlets_of_guest(Outlets outlets, net::Files& files, const std::string& output_file) {
  outlets.complain = [&files, output_file, terminal = outlets.complain](std::string_view text) {
    const std::string line = std::string(text) + (text.ends_with('\n') ? "" : "\n");
    if (!files.append(output_file, line, kPrivateFile)) terminal(text);
  };
  return outlets;
}

net::Main main_of_guests(Program& program, const Outlets& outlets) {
  return [&program, outlets](net::Host& host, const net::Command& command,
                             Function<void(int)> on_end) {
    const Outlets own = outlets_of_guest(outlets, host.files, command.output_file);
    return main_function(program, own)(host, command, std::move(on_end));
  };
}

}  // namespace

int run_shared(const CommandContext& context, const admin::Configuration& configuration) {
  net::SharedProcess shared(context.host, configuration.master.isolation,
                            main_of_guests(context.program, context.outlets));
  const CommandContext inside(context.program, shared.host(), context.line, context.outlets);
  const int code = run_to_end(context.host.loop, [&](Function<void(int)> on_end) {
    return start_master(inside, configuration, std::move(on_end));
  });
  if (shared.kill_all() != 0) {
    context.outlets.complain("a server that hangs ends with the process");
    std::_Exit(code);
  }
  return code;
}

}  // namespace shaddock::app
