#pragma once

#include <shaddock/settings.h>

#include "app/program.h"

namespace shaddock::app {

// Runs one server of the cluster in this process until the master, a signal or the lifeline ends
// it. Returns the exit code; the reason of a failure goes to stderr.
int serve(const detail::Definition& definition, const ServeRequest& request);

}  // namespace shaddock::app
