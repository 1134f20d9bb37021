#pragma once

#include "net/descriptor.h"
#include "net/processes.h"

namespace shaddock::net {

// What the kernel says about processes, read from /proc.

// The identity of the process that has this pid now; start_time 0 when there is none.
ProcessId identify(int pid);
// Runs: a zombie, which only waits for its parent to ask, does not.
bool is_running(const ProcessId& id);
// Holds on to that very process, whatever becomes of its pid; not open when it does not run.
Descriptor open_process(const ProcessId& id);
// Signals that very process, even when its pid is about to be reused.
bool send_signal(const ProcessId& id, int number);

}  // namespace shaddock::net
