#pragma once

#include <string>

namespace shaddock::app {

// Who runs this process, whatever its environment says: for the audit log.
std::string operator_name();

}  // namespace shaddock::app
