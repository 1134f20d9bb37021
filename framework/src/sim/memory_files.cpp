#include "sim/memory_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace shaddock::sim {

namespace {

Error failure(const char* action, const std::string& path, int reason) {
  return Error(code::kFailed,
               std::string("cannot ") + action + ' ' + path + ": " + std::strerror(reason));
}

// One name for each file.
std::string name_of(const std::string& path) {
  std::string name = std::filesystem::path(path).lexically_normal().string();
  if (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

std::string parent_of(const std::string& name) {
  const auto slash = name.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : name.substr(0, slash);
}

// What names of files in that folder begin with.
std::string start_of(const std::string& folder) {
  if (folder == ".") return {};
  return folder == "/" ? folder : folder + '/';
}

}  // namespace

void MemoryFiles::put(const std::string& path, std::string_view text, unsigned mode) {
  const std::string name = name_of(path);
  for (std::string folder = parent_of(name); folders_.emplace(folder, 0755).second;)
    folder = parent_of(folder);
  files_[name] = {std::string(text), mode};
}

bool MemoryFiles::is_folder(const std::string& name) const { return folders_.contains(name); }

int MemoryFiles::writable(const std::string& name) const {
  if (name.empty()) return ENOENT;
  if (is_folder(name)) return EISDIR;
  const std::string parent = parent_of(name);
  if (is_folder(parent)) return 0;
  return files_.contains(parent) ? ENOTDIR : ENOENT;
}

Result<std::optional<std::string>> MemoryFiles::read(const std::string& path) {
  const std::string name = name_of(path);
  if (is_folder(name)) return failure("read", path, EISDIR);
  const auto file = files_.find(name);
  if (file == files_.end()) return std::optional<std::string>();
  return std::optional(file->second.bytes);
}

Result<std::optional<std::string>> MemoryFiles::read_end(const std::string& path,
                                                         std::uint64_t from, std::size_t most) {
  const std::string name = name_of(path);
  if (is_folder(name)) return failure("read", path, EISDIR);
  const auto file = files_.find(name);
  if (file == files_.end()) return std::optional<std::string>();
  const std::string& bytes = file->second.bytes;
  const std::size_t size = bytes.size();
  const std::size_t part = std::min<std::size_t>(size - std::min<std::uint64_t>(from, size), most);
  return std::optional(bytes.substr(size - part));
}

Result<std::optional<net::FileStatus>> MemoryFiles::status(const std::string& path) {
  const std::string name = name_of(path);
  if (const auto folder = folders_.find(name); folder != folders_.end())
    return std::optional(net::FileStatus{0, folder->second});
  const auto file = files_.find(name);
  if (file == files_.end()) return std::optional<net::FileStatus>();
  return std::optional(net::FileStatus{file->second.bytes.size(), file->second.mode});
}

Result<void> MemoryFiles::replace(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string name = name_of(path);
  if (const int reason = writable(name)) return failure("write", path, reason);
  files_[name] = {std::string(bytes), mode};
  return {};
}

Result<void> MemoryFiles::append(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string name = name_of(path);
  if (const int reason = writable(name)) return failure("append to", path, reason);
  const auto [file, made] = files_.try_emplace(name);
  if (made) file->second.mode = mode;
  file->second.bytes += bytes;
  return {};
}

Result<void> MemoryFiles::make_folder(const std::string& path, unsigned mode) {
  const std::string name = name_of(path);
  if (is_folder(name)) return {};
  if (name.empty()) return failure("make folder", path, ENOENT);
  if (files_.contains(name)) return failure("make folder", path, ENOTDIR);
  if (auto made = make_folder(parent_of(name), 0755); !made) return made;
  folders_[name] = mode;
  return {};
}

Result<void> MemoryFiles::remove(const std::string& path) {
  const std::string name = name_of(path);
  if (is_folder(name)) return failure("remove", path, EISDIR);
  files_.erase(name);
  return {};
}

Result<void> MemoryFiles::rename(const std::string& path, const std::string& new_path) {
  const auto file = files_.find(name_of(path));
  const int reason = file == files_.end() ? ENOENT : writable(name_of(new_path));
  if (reason != 0) return failure("rename", path, reason);
  File moved = std::move(file->second);
  files_.erase(file);
  files_[name_of(new_path)] = std::move(moved);
  return {};
}

std::vector<std::string> MemoryFiles::list(const std::string& folder) {
  const std::string name = name_of(folder), start = start_of(name);
  std::vector<std::string> names;
  const auto add = [&](const auto& entries) {
    for (auto entry = entries.lower_bound(start); entry != entries.end(); ++entry) {
      const std::string& path = entry->first;
      if (!path.starts_with(start)) break;
      if (parent_of(path) == name && path != name) names.push_back(path.substr(start.size()));
    }
  };
  if (!is_folder(name)) return names;
  add(files_);
  add(folders_);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::shared_ptr<HeldLock>> MemoryFiles::acquire(const std::string& path) {
  const std::string name = name_of(path);
  if (const int reason = writable(name)) return failure("lock", path, reason);
  File& file = files_.try_emplace(name, File{{}, 0600}).first->second;
  if (file.lock != nullptr && file.lock->held) return std::shared_ptr<HeldLock>();
  file.lock = std::make_shared<HeldLock>();
  return file.lock;
}

Result<std::unique_ptr<net::FileLock>> MemoryFiles::lock(const std::string& path) {
  auto acquired = acquire(path);
  if (!acquired) return acquired.error();
  if (*acquired == nullptr) return std::unique_ptr<net::FileLock>();
  return std::unique_ptr<net::FileLock>(std::make_unique<MemoryLock>(*std::move(acquired)));
}

}  // namespace shaddock::sim
