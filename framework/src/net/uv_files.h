#pragma once

#include "net/files.h"

namespace shaddock::net {

// Files of the system, by plain blocking calls: they are small and read at start and stop.
class UvFiles final : public Files {
 public:
  Result<std::optional<std::string>> read(const std::string& path) override;
  Result<std::optional<std::string>> read_end(const std::string& path, std::uint64_t from,
                                              std::size_t most) override;
  Result<std::optional<FileStatus>> status(const std::string& path) override;
  Result<void> replace(const std::string& path, std::string_view bytes, unsigned mode) override;
  Result<void> append(const std::string& path, std::string_view bytes, unsigned mode) override;
  Result<void> make_folder(const std::string& path, unsigned mode) override;
  Result<void> remove(const std::string& path) override;
  Result<void> rename(const std::string& path, const std::string& new_path) override;
  std::vector<std::string> list(const std::string& folder) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
};

}  // namespace shaddock::net
