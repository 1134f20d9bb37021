#pragma once

#include <memory>

#include "app/command_context.h"

namespace shaddock::app {

// The command `join`: asks the master to let in a server that is in no file, and is that server
// from then on, until it is told to stop.
std::unique_ptr<net::Program> start_joining(const CommandContext& context,
                                            Function<void(int)> on_end);

}  // namespace shaddock::app
