#pragma once

#include <memory>
#include <vector>

#include "sim/memory_files.h"
#include "sim/process.h"

namespace shaddock::sim {

// The files as one process sees them: its locks end with it, and a dead one reaches nothing.
class ProcessFiles final : public net::Files {
 public:
  ProcessFiles(Process& process, MemoryFiles& files) : process_(process), files_(files) {}
  ProcessFiles(const ProcessFiles&) = delete;
  ProcessFiles& operator=(const ProcessFiles&) = delete;

  Result<std::optional<std::string>> read(const std::string& path) override;
  Result<std::optional<std::string>> read_end(const std::string& path, std::uint64_t from,
                                              std::size_t most) override;
  Result<std::optional<net::FileStatus>> status(const std::string& path) override;
  Result<void> replace(const std::string& path, std::string_view bytes, unsigned mode) override;
  Result<void> append(const std::string& path, std::string_view bytes, unsigned mode) override;
  Result<void> make_folder(const std::string& path, unsigned mode) override;
  Result<void> remove(const std::string& path) override;
  Result<void> rename(const std::string& path, const std::string& new_path) override;
  std::vector<std::string> list(const std::string& folder) override;
  Result<std::unique_ptr<net::FileLock>> lock(const std::string& path) override;

  // The process is dead.
  void release_locks();

 private:
  Process& process_;
  MemoryFiles& files_;
  std::vector<std::shared_ptr<HeldLock>> locks_;
};

}  // namespace shaddock::sim
