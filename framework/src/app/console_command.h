#pragma once

#include "app/command_context.h"

namespace shaddock::app {

// The commands about a cluster that runs: list, stop, restart, kill, and start of some servers.
// Returns the exit code.
int run_console(const CommandContext& context);

}  // namespace shaddock::app
