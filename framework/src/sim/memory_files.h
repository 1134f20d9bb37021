#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "net/files.h"

namespace shaddock::sim {

// A lock as long as it is held; the file only knows of it.
struct HeldLock {
  bool held = true;
};

// Files in memory, with the rules of those of the system (net/uv_files.h): a file needs its folder,
// a replaced or removed file takes its lock with it. "/" and "." are there from the beginning.
class MemoryFiles final : public net::Files {
 public:
  struct File {
    std::string bytes;
    unsigned mode = 0;
    std::shared_ptr<HeldLock> lock{};  // of whoever locked it last
  };

  // For tests: the file, and whatever folders it needs.
  void put(const std::string& path, std::string_view text, unsigned mode = 0644);
  // By path, as it was given but for "//", "/./" and "..".
  const std::map<std::string, File>& all() const { return files_; }

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

  // The same for whoever releases it in another way than by destroying an object.
  Result<std::shared_ptr<HeldLock>> acquire(const std::string& path);

 private:
  // Both by the one name of the file. writable(): 0 when it is a file or may become one, otherwise
  // the reason, as errno has it.
  bool is_folder(const std::string& name) const;
  int writable(const std::string& name) const;

  std::map<std::string, File> files_;
  std::map<std::string, unsigned> folders_{{"/", 0755}, {".", 0755}};
};

// Ends the lock when it is destroyed.
class MemoryLock final : public net::FileLock {
 public:
  explicit MemoryLock(std::shared_ptr<HeldLock> lock) : lock_(std::move(lock)) {}
  ~MemoryLock() override { lock_->held = false; }

 private:
  std::shared_ptr<HeldLock> lock_;
};

}  // namespace shaddock::sim
