#pragma once

#include "app/command_context.h"

namespace shaddock::app {

// `start` with isolation thread or none: the master and all its servers live in this process, on
// threads of their own or on the loop of the context's host. Returns the exit code; does not return
// when a server's thread hangs at the end, since only the end of the process ends that.
//
// A server has no process whose stderr could go to a file: what it complains is put into the file
// itself. What a game prints on stdout and stderr goes where the master's goes.
int run_shared(const CommandContext& context, const admin::Configuration& configuration);

}  // namespace shaddock::app
