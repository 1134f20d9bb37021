#pragma once

#include <memory>

#include "net/program.h"

namespace shaddock::net {

// A program that runs as a process would, but on a loop that is there already. Used on that loop's
// thread only.
//
//   made --begin()--> running --on_end, a signal--> over: the program is destroyed, then on_exit
//
// The program is never destroyed from inside its own calls. Destroying the guest destroys it at
// once, and on_exit does not come.
class Guest {
 public:
  // `host` but for its processes, which are as guest_processes.h says; what it names must outlive
  // the guest. on_exit comes once, on the loop; it may destroy the guest.
  Guest(const Host& host, Main main, Command command, Function<void(Exit)> on_exit,
        bool spawns = false);
  ~Guest();
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  // Runs main. What it throws ends the guest as abort() does.
  void begin();
  // On a later turn: what the program registered for it; else it ends by that signal.
  void signal(int number);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace shaddock::net
