#pragma once

#include "app/program.h"

namespace shaddock::app {

// The whole life of one process of a program: reads the command line and does what it says. The
// result is the exit code: 0, 2 configuration, 3 port taken, 4 already running, 5 not ready in
// time, 1 anything else.
int run(Program& program, int argc, char** argv);

}  // namespace shaddock::app
