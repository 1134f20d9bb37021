#pragma once

#include <shaddock/function.h>

#include <memory>

#include "admin/exit_code.h"
#include "net/program.h"

namespace shaddock::app {

// Begins a program, runs the loop until it ends, and returns its exit code.
template <class Start>
int run_to_end(net::Loop& loop, Start start) {
  int code = admin::exit_code::kOther;
  const std::unique_ptr<net::Program> program = start(Function<void(int)>([&](int ended) {
    code = ended;
    loop.stop();
  }));
  loop.run();
  return code;
}

}  // namespace shaddock::app
