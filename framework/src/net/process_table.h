#pragma once

#include "net/processes.h"

namespace shaddock::net {

// What the kernel says about processes, read from /proc.

// The identity of the process that has this pid now; start_time 0 when there is none.
ProcessId identify(int pid);
// Runs: a zombie, which only waits for its parent to ask, does not.
bool is_running(const ProcessId& id);
// Signals that very process, even when its pid is about to be reused.
bool send_signal(const ProcessId& id, int number);

}  // namespace shaddock::net
