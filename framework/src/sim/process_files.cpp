#include "sim/process_files.h"

#include <utility>

namespace shaddock::sim {

namespace {

Error ended(const std::string& path) {
  return Error(code::kFailed, "cannot reach " + path + ": the process has ended");
}

}  // namespace

Result<std::optional<std::string>> ProcessFiles::read(const std::string& path) {
  if (process_.dead()) return ended(path);
  return files_.read(path);
}

Result<std::optional<std::string>> ProcessFiles::read_end(const std::string& path,
                                                          std::uint64_t from, std::size_t most) {
  if (process_.dead()) return ended(path);
  return files_.read_end(path, from, most);
}

Result<std::optional<net::FileStatus>> ProcessFiles::status(const std::string& path) {
  if (process_.dead()) return ended(path);
  return files_.status(path);
}

Result<void> ProcessFiles::replace(const std::string& path, std::string_view bytes, unsigned mode) {
  if (process_.dead()) return ended(path);
  return files_.replace(path, bytes, mode);
}

Result<void> ProcessFiles::append(const std::string& path, std::string_view bytes, unsigned mode) {
  if (process_.dead()) return ended(path);
  return files_.append(path, bytes, mode);
}

Result<void> ProcessFiles::make_folder(const std::string& path, unsigned mode) {
  if (process_.dead()) return ended(path);
  return files_.make_folder(path, mode);
}

Result<void> ProcessFiles::remove(const std::string& path) {
  if (process_.dead()) return ended(path);
  return files_.remove(path);
}

Result<void> ProcessFiles::rename(const std::string& path, const std::string& new_path) {
  if (process_.dead()) return ended(path);
  return files_.rename(path, new_path);
}

std::vector<std::string> ProcessFiles::list(const std::string& folder) {
  if (process_.dead()) return {};
  return files_.list(folder);
}

Result<std::unique_ptr<net::FileLock>> ProcessFiles::lock(const std::string& path) {
  if (process_.dead()) return ended(path);
  auto acquired = files_.acquire(path);
  if (!acquired) return acquired.error();
  if (*acquired == nullptr) return std::unique_ptr<net::FileLock>();
  locks_.push_back(*acquired);
  return std::unique_ptr<net::FileLock>(std::make_unique<MemoryLock>(*std::move(acquired)));
}

void ProcessFiles::release_locks() {
  for (const auto& lock : std::exchange(locks_, {})) lock->held = false;
}

}  // namespace shaddock::sim
