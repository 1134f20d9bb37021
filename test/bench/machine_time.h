#pragma once
// What the kernel says was spent: CPU time of processes, and how the time of whole CPUs was used.
//
// All counters only grow; a window is the difference of two readings. The kernel counts in ticks of
// 10 ms, so a window should be 2 s or longer.

#include <optional>
#include <vector>

namespace shaddock::bench {

struct CpuUse {
  double busy = 0;    // seconds in programs and kernel
  double stolen = 0;  // seconds the hypervisor kept
};

// utime + stime of all threads of the process, in seconds; nothing if there is no such process.
std::optional<double> process_seconds(int pid);

// One entry per CPU asked for, in that order; a CPU the kernel does not list stays 0.
std::vector<CpuUse> cpu_use(const std::vector<int>& cpus);

}  // namespace shaddock::bench
