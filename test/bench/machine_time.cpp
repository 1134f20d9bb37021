#include "machine_time.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace shaddock::bench {

namespace {

double seconds(double ticks) { return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)); }

void skip_words(std::istream& in, int count) {
  std::string word;
  while (count-- > 0) in >> word;
}

}  // namespace

std::optional<double> process_seconds(int pid) {
  constexpr int kFieldsBetweenNameAndUtime = 11;
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  skip_words(fields, kFieldsBetweenNameAndUtime);
  double user = 0;
  double system = 0;
  if (!(fields >> user >> system)) return std::nullopt;
  return seconds(user + system);
}

std::vector<CpuUse> cpu_use(const std::vector<int>& cpus) {
  std::vector<CpuUse> result(cpus.size());
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line) && line.starts_with("cpu");) {
    std::istringstream fields(line);
    std::string name;
    double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
    fields >> name >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
      if (name != "cpu" + std::to_string(cpus[i])) continue;
      result[i] = {seconds(user + nice + system + irq + softirq), seconds(steal)};
    }
  }
  return result;
}

}  // namespace shaddock::bench
