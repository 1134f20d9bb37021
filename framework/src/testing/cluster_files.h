#pragma once

#include "admin/folders.h"
#include "net/files.h"

namespace shaddock::testing {

// Files as the processes of a cluster see them: those in memory, and behind them what stands on the
// disk, to be read only. Of the folders for what is made at run time the disk has nothing to say: a
// cluster that runs for real may have left something there.
class ClusterFiles final : public net::Files {
 public:
  ClusterFiles(net::Files& memory, net::Files& disk, admin::Folders folders)
      : memory_(memory), disk_(disk), folders_(std::move(folders)) {}

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

 private:
  // The one that knows of the file, if any does.
  net::Files& holder_of(const std::string& path);

  net::Files& memory_;
  net::Files& disk_;
  admin::Folders folders_;
};

}  // namespace shaddock::testing
