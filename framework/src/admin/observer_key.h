#pragma once

#include <shaddock/error.h>

#include <string>
#include <string_view>

#include "net/files.h"

namespace shaddock::admin {

// The file run/<env>/observer (0600): what an operator hands to whoever may look at the cluster and
// change nothing. It follows from the cluster's secret, and does not lead back to it.
Result<void> write_observer_key(net::Files& files, const std::string& run_folder,
                                std::string_view secret);
// The first line of such a file, which only its owner can open.
Result<std::string> read_observer_key(net::Files& files, const std::string& path);

}  // namespace shaddock::admin
