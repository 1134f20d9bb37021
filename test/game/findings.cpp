#include "findings.h"

#include <cstdio>

namespace shaddock::game {

std::string to_string(const Violation& violation) {
  char when[32];
  std::snprintf(when, sizeof when, "%.6f", std::chrono::duration<double>(violation.when).count());
  return violation.guarantee + " at " + when + " s, " + violation.who + ": " + violation.what;
}

}  // namespace shaddock::game
