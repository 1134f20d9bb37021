#include "app/operator_name.h"

#include <pwd.h>
#include <unistd.h>

namespace shaddock::app {

std::string operator_name() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry == nullptr ? std::to_string(::getuid()) : entry->pw_name;
}

}  // namespace shaddock::app
