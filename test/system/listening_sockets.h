#pragma once

#include <set>
#include <string>
#include <vector>

namespace shaddock::system_test {

// Where these processes wait for whoever comes, as the kernel tells it: "tcp 127.0.0.1:4050",
// "udp *:3050". An asterisk is every address of this machine.
std::set<std::string> listening_sockets(const std::vector<int>& pids);

}  // namespace shaddock::system_test
