#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock::net {

// Holds an advisory lock on a file until it is destroyed or the process ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

struct FileStatus {
  std::uint64_t size = 0;
  unsigned mode = 0;  // the permission bits, like 0600
};

// The file system, for small files at start and stop; never on the path of a request. Errors carry
// the path and the reason in their text.
class Files {
 public:
  virtual ~Files() = default;

  // Nothing when there is no such file.
  virtual Result<std::optional<std::string>> read(const std::string& path) = 0;
  // The end of a file that may be large: the bytes from `from` on, of these the last `most`.
  virtual Result<std::optional<std::string>> read_end(const std::string& path, std::uint64_t from,
                                                      std::size_t most) = 0;
  virtual Result<std::optional<FileStatus>> status(const std::string& path) = 0;
  // All or nothing: written beside, synced, renamed. mode like 0600.
  virtual Result<void> replace(const std::string& path, std::string_view bytes, unsigned mode) = 0;
  virtual Result<void> append(const std::string& path, std::string_view bytes, unsigned mode) = 0;
  // Creates missing parents; only the last folder gets the mode.
  virtual Result<void> make_folder(const std::string& path, unsigned mode) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  // Takes the place of what was called so before. Whoever has it open goes on with it.
  virtual Result<void> rename(const std::string& path, const std::string& new_path) = 0;
  virtual std::vector<std::string> list(
      const std::string& folder) = 0;  // names, sorted; empty if absent
  // Nothing when another process holds the lock.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

}  // namespace shaddock::net
