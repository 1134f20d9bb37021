#pragma once

#include <shaddock/application.h>

#include <vector>

#include "admin/configuration.h"
#include "admin/moved_keys.h"
#include "cluster/view.h"

namespace shaddock::app {

// Asks the stable routers of an application where 10,000 keys belong, before a change of the lists
// and after it. Each key is the uid of a session, and the value of whatever setting the router asks
// such a session for with get(). A type without a router of its own has crc32 of the uid.
std::vector<admin::MovedKeys> moved_keys_of(const detail::Definition& definition,
                                            const admin::Configuration& configuration,
                                            const cluster::View& before,
                                            const cluster::View& after);

inline constexpr std::size_t kSampleOfKeys = 10'000;

}  // namespace shaddock::app
