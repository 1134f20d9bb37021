#include "admin/output_files.h"

#include "admin/text_tail.h"

namespace shaddock::admin {
namespace {

constexpr std::size_t kMostRead = 16 * 1024;

}  // namespace

std::string OutputFiles::begin(const std::string& id) {
  const std::string path = folders_.output_of(id);
  // What cannot be put aside grows on.
  if (size_of(path) > kLongest) static_cast<void>(files_.rename(path, put_aside(path)));
  begins_[id] = size_of(path);
  return path;
}

void OutputFiles::go_on(const std::string& id) { begins_[id] = size_of(folders_.output_of(id)); }

std::uint64_t OutputFiles::size_of(const std::string& path) const {
  const auto status = files_.status(path);
  return status && *status ? (*status)->size : 0;
}

std::string OutputFiles::end_of(const std::string& path, std::uint64_t from) const {
  auto text = files_.read_end(path, from, kMostRead);
  return text && *text ? std::move(**text) : std::string();
}

// A file that is shorter than it was has been truncated since, so all of it is new.
std::vector<std::string> OutputFiles::last_lines(const std::string& id, std::size_t most) const {
  const std::string path = folders_.output_of(id);
  const auto begin = begins_.find(id);
  const std::uint64_t from = begin == begins_.end() ? 0 : begin->second;
  return admin::last_lines(end_of(path, size_of(path) < from ? 0 : from), most);
}

std::vector<std::string> OutputFiles::last_words(const std::string& id, std::size_t most) const {
  auto lines = last_lines(id, most);
  return lines.empty() ? admin::last_lines(end_of(folders_.log_of(id), 0), most) : lines;
}

}  // namespace shaddock::admin
