#include "net/uv_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "net/descriptor.h"

namespace shaddock::net {

namespace {

Error failure(const char* action, const std::string& path, int reason = errno) {
  return Error(code::kFailed,
               std::string("cannot ") + action + ' ' + path + ": " + std::strerror(reason));
}

bool write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t taken = ::write(file.number(), bytes.data(), bytes.size());
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(taken));
  }
  return true;
}

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A rename survives a loss of power only when the folder is on the disk too.
void sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.open()) ::fsync(folder.number());
}

// What a replacement is written to. One name for all who replace that file: what a process left
// that was killed meanwhile is written anew by the next. Two at a time wait for each other.
constexpr std::string_view kBeside = ".new";

Descriptor open_alone(const std::string& path) {
  for (;;) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    struct stat held {
    }, named{};
    if (!file.open() || ::flock(file.number(), LOCK_EX) != 0) return Descriptor();
    const bool there = ::stat(path.c_str(), &named) == 0 && ::fstat(file.number(), &held) == 0;
    // Else whoever had it has given it its final name.
    if (there && named.st_ino == held.st_ino && named.st_dev == held.st_dev) return file;
  }
}

class HeldLock final : public FileLock {
 public:
  explicit HeldLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;
};

}  // namespace

Result<std::optional<std::string>> UvFiles::read(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && errno == ENOENT) return std::optional<std::string>();
  if (!file.open()) return failure("read", path);
  std::string text;
  char part[16 * 1024];
  for (;;) {
    const ssize_t size = ::read(file.number(), part, sizeof part);
    if (size == 0) return std::optional(std::move(text));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failure("read", path);
    text.append(part, static_cast<std::size_t>(size));
  }
}

Result<std::optional<std::string>> UvFiles::read_end(const std::string& path, std::uint64_t from,
                                                     std::size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && errno == ENOENT) return std::optional<std::string>();
  struct stat status {};
  if (!file.open() || ::fstat(file.number(), &status) != 0) return failure("read", path);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::string text(std::min<std::uint64_t>(size - std::min(from, size), most), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t part = ::pread(file.number(), text.data() + filled, text.size() - filled,
                                 static_cast<off_t>(size - text.size() + filled));
    if (part < 0 && errno == EINTR) continue;
    if (part < 0) return failure("read", path);
    if (part == 0) break;  // it was truncated meanwhile
    filled += static_cast<std::size_t>(part);
  }
  text.resize(filled);
  return std::optional(std::move(text));
}

Result<std::optional<FileStatus>> UvFiles::status(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0)
    return std::optional(
        FileStatus{static_cast<std::uint64_t>(status.st_size), status.st_mode & 07777u});
  if (errno == ENOENT) return std::optional<FileStatus>();
  return failure("look at", path);
}

Result<void> UvFiles::replace(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string beside = path + std::string(kBeside);
  const Descriptor file = open_alone(beside);
  if (!file.open()) return failure("write", path);
  const bool written = ::ftruncate(file.number(), 0) == 0 && ::fchmod(file.number(), mode) == 0 &&
                       write_all(file, bytes) && ::fsync(file.number()) == 0 &&
                       ::rename(beside.c_str(), path.c_str()) == 0;
  if (!written) {
    const int reason = errno;
    ::unlink(beside.c_str());
    return failure("write", path, reason);
  }
  sync_folder(parent_of(path));
  return {};
}

Result<void> UvFiles::append(const std::string& path, std::string_view bytes, unsigned mode) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode));
  if (!file.open() || !write_all(file, bytes)) return failure("append to", path);
  return {};
}

Result<void> UvFiles::make_folder(const std::string& path, unsigned mode) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return failure("make folder", path, ENOTDIR);
  }
  if (auto made = make_folder(parent_of(path), 0755); !made) return made;
  if (::mkdir(path.c_str(), mode) == 0) {
    ::chmod(path.c_str(), mode);
  } else if (errno != EEXIST) {
    return failure("make folder", path);
  }
  return {};
}

Result<void> UvFiles::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure("remove", path);
  return {};
}

Result<void> UvFiles::rename(const std::string& path, const std::string& new_path) {
  if (::rename(path.c_str(), new_path.c_str()) != 0) return failure("rename", path);
  return {};
}

std::vector<std::string> UvFiles::list(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
  if (!open) return names;
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::unique_ptr<FileLock>> UvFiles::lock(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) return failure("lock", path);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) {
    return std::unique_ptr<FileLock>(std::make_unique<HeldLock>(std::move(file)));
  }
  if (errno == EWOULDBLOCK) return std::unique_ptr<FileLock>();
  return failure("lock", path);
}

}  // namespace shaddock::net
