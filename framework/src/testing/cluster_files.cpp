#include "testing/cluster_files.h"

#include <filesystem>

namespace shaddock::testing {
namespace {

bool is_inside(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + '/');
}

}  // namespace

net::Files& ClusterFiles::holder_of(const std::string& path) {
  const std::string clean = std::filesystem::path(path).lexically_normal().string();
  if (is_inside(clean, folders_.run) || is_inside(clean, folders_.logs)) return memory_;
  const auto status = memory_.status(path);
  return status && *status ? memory_ : disk_;
}

Result<std::optional<std::string>> ClusterFiles::read(const std::string& path) {
  return holder_of(path).read(path);
}

Result<std::optional<std::string>> ClusterFiles::read_end(const std::string& path,
                                                          std::uint64_t from, std::size_t most) {
  return holder_of(path).read_end(path, from, most);
}

Result<std::optional<net::FileStatus>> ClusterFiles::status(const std::string& path) {
  return holder_of(path).status(path);
}

Result<void> ClusterFiles::replace(const std::string& path, std::string_view bytes, unsigned mode) {
  return memory_.replace(path, bytes, mode);
}

Result<void> ClusterFiles::append(const std::string& path, std::string_view bytes, unsigned mode) {
  return memory_.append(path, bytes, mode);
}

Result<void> ClusterFiles::make_folder(const std::string& path, unsigned mode) {
  return memory_.make_folder(path, mode);
}

Result<void> ClusterFiles::remove(const std::string& path) { return memory_.remove(path); }

Result<void> ClusterFiles::rename(const std::string& path, const std::string& new_path) {
  return memory_.rename(path, new_path);
}

std::vector<std::string> ClusterFiles::list(const std::string& folder) {
  return memory_.list(folder);
}

Result<std::unique_ptr<net::FileLock>> ClusterFiles::lock(const std::string& path) {
  return memory_.lock(path);
}

}  // namespace shaddock::testing
