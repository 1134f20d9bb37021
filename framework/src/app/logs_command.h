#pragma once

#include "app/command_context.h"

namespace shaddock::app {

// `logs ID`: the last lines of what a server logged, or with --output of what it printed; and with
// -f those to come, until a signal. It reads files only: neither the server nor the master need
// run. Returns the exit code.
int run_logs(const CommandContext& context);

}  // namespace shaddock::app
