#pragma once

#include <shaddock/settings.h>

#include <algorithm>
#include <cstddef>
#include <limits>

#include "protocol/package.h"

namespace shaddock::server {

// A size or number of the settings, where 0 means that there is no limit.
inline std::size_t size_limit(std::size_t setting) {
  return setting != 0 ? setting : std::numeric_limits<std::size_t>::max();
}

// No package is longer than its header can say, and nothing inflates to more.
inline std::size_t package_limit(std::size_t setting) {
  return std::min(size_limit(setting), protocol::kMaxPackageBody);
}

}  // namespace shaddock::server
