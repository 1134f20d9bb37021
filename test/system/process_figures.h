#pragma once

#include <cstdint>

namespace shaddock::system_test {

// What the kernel says about a process that runs.
class ProcessFigures {
 public:
  explicit ProcessFigures(int pid) : pid_(pid) {}

  std::int64_t resident_bytes() const { return status("VmRSS:"); }
  // Its share of the memory that it has in common with others.
  std::int64_t proportional_bytes() const { return kibibytes("smaps_rollup", "Pss:"); }
  // The most it ever had since forget_peak().
  std::int64_t peak_bytes() const { return status("VmHWM:"); }
  void forget_peak() const;
  // Of the user and the system, in steps of a hundredth of a second.
  double cpu_milliseconds() const;

 private:
  std::int64_t status(const char* name) const { return kibibytes("status", name); }
  std::int64_t kibibytes(const char* file, const char* name) const;

  int pid_;
};

}  // namespace shaddock::system_test
