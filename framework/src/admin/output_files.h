#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "admin/folders.h"
#include "net/files.h"

namespace shaddock::admin {

// What servers write beside their logs (logs/<env>/<id>.out), and of it what the present process of
// each has written. A file that has grown too long is put aside (<id>.out.1) when the next process
// begins.
class OutputFiles {
 public:
  OutputFiles(net::Files& files, Folders folders) : files_(files), folders_(std::move(folders)) {}

  // Where a file is put aside.
  static std::string put_aside(const std::string& path) { return path + ".1"; }

  // A process of that server is about to begin. Where it shall write to.
  std::string begin(const std::string& id);
  // One runs already: what it wrote so far is not of interest.
  void go_on(const std::string& id);
  // The last lines that it wrote, see text_tail.h.
  std::vector<std::string> last_lines(const std::string& id, std::size_t most) const;
  // The same; if it wrote nothing, the end of its log.
  std::vector<std::string> last_words(const std::string& id, std::size_t most) const;

  static constexpr std::uint64_t kLongest = 1 << 20;

 private:
  std::uint64_t size_of(const std::string& path) const;
  std::string end_of(const std::string& path, std::uint64_t from) const;

  net::Files& files_;
  Folders folders_;
  std::map<std::string, std::uint64_t> begins_;  // how long the file was
};

}  // namespace shaddock::admin
