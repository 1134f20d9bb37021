#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/buffer.h"

namespace shaddock::net {

struct StaticFile {
  std::string content_type;
  std::string etag;  // with its quotes
  SharedBytes bytes;
};

// A fixed set of files held in memory, found by their exact path. What a client asks for is
// compared with these paths and reaches no file system. Filled at start, then only read.
class StaticFiles {
 public:
  // "/" and "/index.html" are two paths. A path that is already there is replaced.
  void add(std::string path, std::string content_type, std::string bytes);

  const StaticFile* find(std::string_view path) const;
  bool empty() const { return files_.empty(); }

 private:
  std::map<std::string, StaticFile, std::less<>> files_;
};

// By the extension of the name; application/octet-stream when it is not known.
std::string_view content_type_of(std::string_view file_name);

}  // namespace shaddock::net
