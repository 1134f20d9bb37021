#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shaddock {

// A file that lines are appended to. When it is full it is turned over: x.log becomes x.1.log, that
// x.2.log, and the oldest is gone. A call takes as long as the disk does; only a FIFO that nobody
// reads refuses instead. One thread at a time.
class LogFile {
 public:
  // So many files of so many bytes, with the one being written.
  LogFile(std::string path, std::size_t size, std::size_t files);
  ~LogFile() { close(); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // Makes the folder, too, when it is missing. False: see fault().
  bool open();
  // A whole line with its end, or the rest of one. How much of it the system has taken; when that
  // is less than all, fault() says why, and the rest is for another time.
  std::size_t write(std::string_view line);
  // Somebody may have removed the file or its folder: then it is closed, and the next line begins
  // it anew.
  void look();

  const std::string& path() const { return path_; }
  const std::string& fault() const { return fault_; }

 private:
  void close();
  void turn_over();
  std::string older(std::size_t number) const;

  const std::string path_;
  const std::size_t most_, files_;
  int file_ = -1;
  std::uint64_t size_ = 0;
  bool within_line_ = false;
  std::string fault_;
};

}  // namespace shaddock
