#pragma once

#include <string>
#include <vector>

namespace shaddock::load {

// The whole of `shaddock load`: reads the words, runs, reports. Returns the exit code: 0 all good,
// 1 an error, a wrong or a missing answer, 2 bad usage.
int load_command(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace shaddock::load
