#pragma once

#include "app/program.h"

namespace shaddock::app {

// main() of that program's processes: the master (`start`) or one server (`serve`), by the words of
// its command line. `program` and what `outlets` call must outlive all of them. What is thrown
// while one begins is complained, and ends it with 1.
net::Main main_function(Program& program, Outlets outlets);

}  // namespace shaddock::app
