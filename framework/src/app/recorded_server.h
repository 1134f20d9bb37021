#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/command_context.h"

namespace shaddock::app {

// What is wrong with being that server here: another process of this folder is it. Nothing: it may
// begin.
std::optional<std::string> who_is_it_already(const CommandContext& context, const std::string& id);

// Serves as Program::serve() does, and leaves a record in the run folder for as long as it lasts.
Result<std::unique_ptr<net::Program>> serve_recorded(const CommandContext& context,
                                                     ServeRequest request,
                                                     Function<void(int)> on_end);

}  // namespace shaddock::app
