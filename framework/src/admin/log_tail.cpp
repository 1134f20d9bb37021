#include "admin/log_tail.h"

#include <algorithm>

#include "admin/output_files.h"
#include "admin/text_tail.h"

namespace shaddock::admin {

std::string LogTail::read(const std::string& path, std::uint64_t from) {
  auto text = files_.read_end(path, from, kMostRead);
  return text && *text ? std::move(**text) : std::string();
}

Result<std::optional<std::vector<std::string>>> LogTail::last(std::size_t count) {
  auto status = files_.status(path_);
  if (!status) return status.error();
  if (!*status) return std::optional<std::vector<std::string>>();
  const std::uint64_t size = (*status)->size;
  std::uint64_t length = std::min<std::uint64_t>(size, kFirstRead);
  std::string text;
  while (true) {
    text = read(path_, size - length);
    const auto ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (ends > count || length == size || length >= kMostRead) break;
    length = std::min<std::uint64_t>(size, length * 4);
  }
  position_ = size - length + text.size();
  std::vector<std::string> lines = cut(text);
  // What was read may begin in the middle of the first.
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - std::ptrdiff_t(count));
  return std::optional(std::move(lines));
}

std::vector<std::string> LogTail::more() {
  const auto status = files_.status(path_);
  if (!status || !*status) return {};
  std::vector<std::string> lines;
  if ((*status)->size < position_) {
    lines = cut(read(turned_over(), position_));
    position_ = 0;
    rest_.clear();
  }
  const std::string text = read(path_, position_);
  position_ += text.size();
  for (std::string& line : cut(text)) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> LogTail::cut(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t end; (end = text.find('\n')) != std::string_view::npos;) {
    rest_ += text.substr(0, std::min(end, kLongest));
    lines.push_back(printable(rest_, kLongest));
    rest_.clear();
    text.remove_prefix(end + 1);
  }
  rest_ += text.substr(0, kLongest - std::min(rest_.size(), kLongest));
  return lines;
}

std::string LogTail::unfinished() const { return printable(rest_, kLongest); }

std::string LogTail::turned_over() const {
  if (path_.ends_with(".out")) return OutputFiles::put_aside(path_);
  const std::size_t dot = path_.rfind('.');
  return path_.substr(0, dot) + ".1" + path_.substr(dot);
}

}  // namespace shaddock::admin
