#pragma once

#include <memory>

#include "app/command_context.h"

namespace shaddock::app {

// `serve`: one server of the cluster, as the master starts it. Its record stands in the run folder
// while it runs.
std::unique_ptr<net::Program> start_serving(const CommandContext& context,
                                            Function<void(int)> on_end);

}  // namespace shaddock::app
