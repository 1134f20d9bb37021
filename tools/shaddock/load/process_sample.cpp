#include "process_sample.h"

#include <unistd.h>

#include <fstream>
#include <limits>

#include "machine_time.h"

namespace shaddock::load {

namespace {

struct Memory {
  std::uint64_t rss_bytes = 0;
  std::uint64_t pss_bytes = 0;
};

std::string proc_file(int pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

std::optional<Memory> exact_memory(int pid) {
  constexpr std::uint64_t kKib = 1024;
  constexpr auto kRestOfLine = std::numeric_limits<std::streamsize>::max();
  std::ifstream file(proc_file(pid, "smaps_rollup"));
  Memory memory;
  bool found = false;
  file.ignore(kRestOfLine, '\n');
  std::string key;
  for (std::uint64_t value = 0; file >> key >> value; file.ignore(kRestOfLine, '\n')) {
    found = found || key == "Rss:";
    if (key == "Rss:") memory.rss_bytes = value * kKib;
    if (key == "Pss:") memory.pss_bytes = value * kKib;
  }
  if (!found) return std::nullopt;
  return memory;
}

std::optional<Memory> estimated_memory(int pid) {
  std::ifstream file(proc_file(pid, "statm"));
  std::uint64_t virtual_pages = 0;
  std::uint64_t pages = 0;
  if (!(file >> virtual_pages >> pages)) return std::nullopt;
  return Memory{pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), 0};
}

ServerUse server_use(const NamedPid& who, const ProcessSample& before, const ProcessSample& after) {
  ServerUse use;
  use.name = who.name;
  use.pid = who.pid;
  use.gone = !before.present || !after.present;
  if (use.gone) return use;
  use.cpu_seconds = after.cpu_seconds - before.cpu_seconds;
  use.rss_bytes = after.rss_bytes;
  use.pss_bytes = after.pss_bytes;
  return use;
}

}  // namespace

ProcessSample sample_process(int pid) {
  const auto used = process_seconds(pid);
  auto memory = exact_memory(pid);
  if (!memory) memory = estimated_memory(pid);
  // A process that ended and was not waited for still has its time, but no memory.
  if (!used || !memory || memory->rss_bytes == 0) return {};
  return {true, *used, memory->rss_bytes, memory->pss_bytes};
}

std::vector<ProcessSample> sample_processes(const std::vector<NamedPid>& pids) {
  std::vector<ProcessSample> samples;
  for (const NamedPid& who : pids) samples.push_back(sample_process(who.pid));
  return samples;
}

std::vector<ServerUse> server_uses(const std::vector<NamedPid>& pids,
                                   const std::vector<ProcessSample>& before,
                                   const std::vector<ProcessSample>& after) {
  std::vector<ServerUse> uses;
  for (std::size_t i = 0; i < pids.size(); ++i) {
    uses.push_back(server_use(pids[i], before.at(i), after.at(i)));
  }
  return uses;
}

void set_bytes_per_connection(std::vector<ServerUse>& uses,
                              const std::vector<ProcessSample>& before, std::uint64_t connections) {
  for (std::size_t i = 0; i < uses.size() && connections > 0; ++i) {
    if (uses[i].gone || !before.at(i).present) continue;
    const double growth =
        static_cast<double>(uses[i].rss_bytes) - static_cast<double>(before[i].rss_bytes);
    uses[i].bytes_per_connection = growth / static_cast<double>(connections);
  }
}

}  // namespace shaddock::load
