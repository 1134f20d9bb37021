#pragma once
// CPU time and memory of the servers that a load is put on, read from the kernel at both ends of
// the window.
//
// Reading the memory makes the kernel walk the process: about 1 ms for 100 MB. RSS and PSS are
// those of /proc/PID/smaps_rollup, which is exact where the RSS of /proc/PID/stat is an estimate. A
// process of another user may hide it: RSS then is the estimate and PSS 0.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "result.h"

namespace shaddock::load {

struct NamedPid {
  std::string name;
  int pid = 0;
};

// Zero means the process was not there.
struct ProcessSample {
  bool present = false;
  double cpu_seconds = 0;
  std::uint64_t rss_bytes = 0;
  std::uint64_t pss_bytes = 0;
};

ProcessSample sample_process(int pid);
// In the order of the pids.
std::vector<ProcessSample> sample_processes(const std::vector<NamedPid>& pids);

// What each of them used between two samples of the same pids. Who is missing from one is gone.
std::vector<ServerUse> server_uses(const std::vector<NamedPid>& pids,
                                   const std::vector<ProcessSample>& before,
                                   const std::vector<ProcessSample>& after);

// Shares what the RSS of each grew since `before`, of the same pids, out to that many connections.
void set_bytes_per_connection(std::vector<ServerUse>& uses,
                              const std::vector<ProcessSample>& before, std::uint64_t connections);

}  // namespace shaddock::load
