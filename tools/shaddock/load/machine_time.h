#pragma once
// What the kernel says was spent: CPU time of processes, and how the time of whole CPUs was used.
//
// All values only grow; a window is the difference of two readings. Processes are told to the
// nanosecond, CPUs in ticks of 10 ms: their windows should be 2 s or longer.

#include <optional>
#include <span>
#include <vector>

namespace shaddock::load {

struct CpuUse {
  double busy = 0;    // seconds in programs and kernel
  double stolen = 0;  // seconds the hypervisor kept
};

// What all threads of the process used, those that ended too, in programs and kernel, in seconds.
// Nothing if there is no such process.
std::optional<double> process_seconds(int pid);

// One entry per CPU asked for, in that order; a CPU the kernel does not list stays 0.
std::vector<CpuUse> cpu_use(std::span<const int> cpus);

// The largest share of a window of that many seconds that was stolen from one of the CPUs. Both
// readings are of the same CPUs.
double worst_stolen(std::span<const CpuUse> before, std::span<const CpuUse> after, double seconds);

}  // namespace shaddock::load
