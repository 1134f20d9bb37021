#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/timer_wheel.h"

namespace shaddock::chaos {

// What goes wrong in a run, and when: made from a seed alone. What it does to real processes is
// another time not quite the same: the seed gives the faults, not the run.
struct Fault {
  enum class Kind {
    kill,       // SIGKILL
    freeze,     // SIGSTOP, and SIGCONT after `time`
    terminate,  // SIGTERM: a server drains, and its master starts it again
    restart,    // the command
    cut,        // nothing comes through to the port of the server and back for `time`
    cut_half,   // nothing comes through to it
    reset,      // who sends something to the port or from it for `time` loses the connection
    lose,       // one packet in twenty is lost on its way to and from it for `time`
  };
  net::Duration at{0};
  Kind kind = Kind::kill;
  std::string victim;  // the id of a server; "master"
  net::Duration time{0};

  bool on_network() const { return kind >= Kind::cut; }
};

std::string to_string(const Fault& fault);

// Faults until `time`, in order. A server ends so seldom that its master does not give it up; and a
// killed master comes back after a while, by "start". Without a network there are no cuts.
std::vector<Fault> make_plan(std::uint64_t seed, net::Duration time, bool network);

}  // namespace shaddock::chaos
