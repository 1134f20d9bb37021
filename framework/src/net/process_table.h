#pragma once

#include "net/descriptor.h"
#include "net/processes.h"

namespace shaddock::net {

// What the kernel says about processes, read from /proc.

// Another one after each start of the machine; 0 when it cannot be read.
std::uint64_t boot_number();
// The identity of the process that has this pid now; start_time 0 when there is none.
ProcessId identify(int pid);
// A zombie, which only waits for its parent to ask, has ended. Unknown: somebody has that pid, but
// who it is cannot be read now, for want of descriptors or of permission.
enum class Life { ended, running, unknown };
Life look_at(const ProcessId& id);
// What is not known to have ended runs.
inline bool is_running(const ProcessId& id) { return look_at(id) != Life::ended; }
// Holds on to that very process, whatever becomes of its pid; not open when it does not run, or
// that cannot be told, or the system has no such descriptor for us.
Descriptor open_process(const ProcessId& id);
// Signals that very process, even when its pid is about to be reused.
bool send_signal(const ProcessId& id, int number);

}  // namespace shaddock::net
