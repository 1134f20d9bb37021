#include "system/process_figures.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace shaddock::system_test {
namespace {

std::string path(int pid, const char* file) { return "/proc/" + std::to_string(pid) + '/' + file; }

}  // namespace

// In bytes.
std::int64_t ProcessFigures::kibibytes(const char* of, const char* name) const {
  std::ifstream file(path(pid_, of));
  std::string word;
  while (file >> word) {
    std::int64_t kibibytes = 0;
    if (word == name && file >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

void ProcessFigures::forget_peak() const { std::ofstream(path(pid_, "clear_refs")) << "5\n"; }

double ProcessFigures::cpu_milliseconds() const {
  std::ifstream file(path(pid_, "stat"));
  std::string text;
  std::getline(file, text);
  // The name of the program, in brackets, may hold anything; 11 fields follow it.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  for (int skipped = 0; skipped < 11; ++skipped) fields >> text;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) * 1000.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace shaddock::system_test
