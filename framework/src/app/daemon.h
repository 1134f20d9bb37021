#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/records.h"
#include "net/host.h"

namespace shaddock::app {

struct DaemonSettings {
  std::string master_id;
  std::vector<std::string> arguments;  // that make this program the master that stays
  std::string output_file;             // where that master writes
  std::function<void(std::string_view)> print;
};

// Starts the master as a process of its own and waits until it says that the cluster is ready
// (then it lives on, and this returns 0) or ends (then what it wrote is shown, and its exit code
// returned). A signal meanwhile stops it. Runs the loop.
int start_daemon(net::Host& host, admin::Records& records, const DaemonSettings& settings);

}  // namespace shaddock::app
