#include "base/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace shaddock {

namespace fs = std::filesystem;

LogFile::LogFile(std::string path, std::size_t size, std::size_t files)
    : path_(std::move(path)), most_(size), files_(std::max<std::size_t>(files, 2)) {}

void LogFile::close() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

// A FIFO is never waited for.
bool LogFile::open() {
  if (file_ >= 0) return true;
  std::error_code ignored;
  fs::create_directories(fs::path(path_).parent_path(), ignored);
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644);
  struct stat status {};
  if (file_ < 0 || ::fstat(file_, &status) != 0) {
    fault_ = std::strerror(errno);
    return false;
  }
  size_ = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
  return true;
}

std::size_t LogFile::write(std::string_view line) {
  if (!within_line_ && size_ > 0 && size_ + line.size() > most_) turn_over();
  if (!open()) return 0;
  std::size_t taken = 0;
  while (taken < line.size()) {
    const ssize_t part = ::write(file_, line.data() + taken, line.size() - taken);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) {
      fault_ = std::strerror(part == 0 ? EIO : errno);
      break;
    }
    taken += static_cast<std::size_t>(part);
    size_ += static_cast<std::uint64_t>(part);
  }
  if (taken > 0) within_line_ = taken < line.size();
  return taken;
}

void LogFile::look() {
  struct stat named {
  }, held{};
  if (file_ < 0) return;
  const bool same = ::stat(path_.c_str(), &named) == 0 && ::fstat(file_, &held) == 0 &&
                    named.st_ino == held.st_ino && named.st_dev == held.st_dev;
  if (!same) close();
}

std::string LogFile::older(std::size_t number) const {
  const fs::path path(path_);
  const std::string name =
      path.stem().string() + "." + std::to_string(number) + path.extension().string();
  return (path.parent_path() / name).string();
}

// What cannot be renamed grows on.
void LogFile::turn_over() {
  struct stat status {};
  if (file_ < 0 || ::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) return;
  for (std::size_t number = files_ - 1; number > 1; --number)
    std::rename(older(number - 1).c_str(), older(number).c_str());
  if (std::rename(path_.c_str(), older(1).c_str()) == 0) close();
}

}  // namespace shaddock
