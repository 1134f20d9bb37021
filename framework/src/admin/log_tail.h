#pragma once

#include <shaddock/error.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/files.h"

namespace shaddock::admin {

// Reads a file of lines from its end, and what is written behind that, also when the file turns
// over: chat-server-1.log becomes chat-server-1.1.log and begins anew, chat-server-1.out becomes
// chat-server-1.out.1. Lines are fit for a terminal (text_tail.h). One that has no end yet waits
// for it.
class LogTail {
 public:
  LogTail(net::Files& files, std::string path) : files_(files), path_(std::move(path)) {}

  // The last lines of the file, oldest first; nothing when there is no such file.
  Result<std::optional<std::vector<std::string>>> last(std::size_t count);
  // Those that have come since. A file that cannot be read has none.
  std::vector<std::string> more();
  // The line that has no end yet.
  std::string unfinished() const;

  static constexpr std::size_t kFirstRead = 64 * 1024, kMostRead = 16 << 20, kLongest = 16 * 1024;

 private:
  std::string read(const std::string& path, std::uint64_t from);
  std::vector<std::string> cut(std::string_view text);
  std::string turned_over() const;

  net::Files& files_;
  std::string path_;
  std::uint64_t position_ = 0;  // of the next byte to read
  std::string rest_;            // behind the last end of a line
};

}  // namespace shaddock::admin
