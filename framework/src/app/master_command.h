#pragma once

#include <memory>

#include "app/command_context.h"

namespace shaddock::app {

// `start`: the master of a cluster whose servers are processes of the context's host.
std::unique_ptr<net::Program> start_master(const CommandContext& context,
                                           const admin::Configuration& configuration,
                                           Function<void(int)> on_end);
// Where it listens.
net::Address master_address(const admin::Configuration& configuration);
// The words that a process of the same cluster is started with, whatever it is.
std::vector<std::string> common_words(const CommandContext& context);

}  // namespace shaddock::app
