#include "admin/phrases.h"

namespace shaddock::admin {

std::string describe(const net::Exit& exit) {
  if (!exit.known) return "has ended";
  if (exit.signal != 0) return "was ended by signal " + std::to_string(exit.signal);
  return "ended with status " + std::to_string(exit.status);
}

}  // namespace shaddock::admin
