#pragma once

#include <functional>
#include <memory>

#include "net/host.h"

namespace shaddock::net {

// What runs in a process, where a process is only an object: servers that share one real process
// (isolation thread and none), and all processes of the simulation. Destroying it is kill -9: it
// says nothing to anybody, and none of its callbacks comes afterwards.
class Program {
 public:
  virtual ~Program() = default;
};

// main() of such a process: begins to do what the command line says, on that host, and returns.
// on_end comes once, on a later turn of the host's loop, with the exit code; whoever called this
// then destroys the program. Called on the thread of the host's loop; several threads may be in it
// at once.
using Main = std::function<std::unique_ptr<Program>(Host& host, const Command& command,
                                                    Function<void(int)> on_end)>;

}  // namespace shaddock::net
