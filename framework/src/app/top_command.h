#pragma once

#include "admin/console.h"
#include "app/command_context.h"

namespace shaddock::app {

// `top`: in a terminal a table that is drawn anew each second, until q, Ctrl-C or as many times as
// -n says; with --json as many objects, one a second; else one table. Returns the exit code.
int run_top(const CommandContext& context, admin::Console& console);

}  // namespace shaddock::app
