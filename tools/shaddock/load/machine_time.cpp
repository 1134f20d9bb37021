#include "machine_time.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace shaddock::load {

namespace {

constexpr int kHighestPid = 1 << 22;  // the kernel's; the clock of a higher one is another's

double seconds_of(double ticks) { return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)); }

}  // namespace

std::optional<double> process_seconds(int pid) {
  constexpr double kNsPerSecond = 1e9;
  clockid_t clock = 0;
  timespec used{};
  if (pid <= 0 || pid > kHighestPid || ::clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
  if (::clock_gettime(clock, &used) != 0) return std::nullopt;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / kNsPerSecond;
}

std::vector<CpuUse> cpu_use(std::span<const int> cpus) {
  std::vector<CpuUse> result(cpus.size());
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line) && line.starts_with("cpu");) {
    std::istringstream fields(line);
    std::string name;
    double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
    fields >> name >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
      if (name != "cpu" + std::to_string(cpus[i])) continue;
      result[i] = {seconds_of(user + nice + system + irq + softirq), seconds_of(steal)};
    }
  }
  return result;
}

double worst_stolen(std::span<const CpuUse> before, std::span<const CpuUse> after, double seconds) {
  double worst = 0;
  for (std::size_t i = 0; i < std::min(before.size(), after.size()) && seconds > 0; ++i) {
    worst = std::max(worst, (after[i].stolen - before[i].stolen) / seconds);
  }
  return worst;
}

}  // namespace shaddock::load
