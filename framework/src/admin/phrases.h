#pragma once

#include <string>

#include "net/processes.h"

// How things are put to operators.
namespace shaddock::admin {

// "ended with status 3", "was ended by signal 9"
std::string describe(const net::Exit& exit);

// "a, b, c"
template <class Words>
std::string join(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace shaddock::admin
