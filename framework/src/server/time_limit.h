#pragma once

#include <chrono>

#include "net/timer_wheel.h"

namespace shaddock::server {

// A deadline of the settings, where 0 means none: a day is as good as that, and everything that
// ends in time still does.
inline net::Duration time_limit(std::chrono::milliseconds setting) {
  return setting.count() > 0 ? setting : std::chrono::hours(24);
}

}  // namespace shaddock::server
