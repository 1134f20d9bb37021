#pragma once
// The words of `shaddock load SCRIPT ...`.

#include <string>
#include <vector>

#include "options.h"

namespace shaddock::load {

struct ParsedOptions {
  std::optional<Options> options;
  // Without options: what to print (help, or what is wrong) and how to exit.
  std::string text;
  int exit_code = 0;
};

// `arguments` begin with the script's name.
ParsedOptions parse_options(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace shaddock::load
