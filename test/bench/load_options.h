#pragma once
// The command line of the load generator.

#include <optional>
#include <string>
#include <vector>

namespace shaddock::bench {

struct LoadOptions {
  int port = 0;
  std::string route = "backend.echoHandler.echo";
  int clients = 100;
  int inflight = 10;      // requests each client keeps unanswered; at most kMaxInflight
  double warmup = 1;      // seconds before counting
  double seconds = 3;     // seconds counted
  bool handshake = true;  // false: requests go out as soon as the connection is there
  std::vector<int> pids;  // the servers whose CPU time is read at both ends of the window
  std::vector<int> cpus;  // the CPUs whose stolen and busy time is read there
};

constexpr int kMaxInflight = 1024;

// Nothing if the command line is wrong; what is wrong has then been printed.
std::optional<LoadOptions> read_load_options(int argc, char** argv);

}  // namespace shaddock::bench
