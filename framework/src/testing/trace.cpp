#include "testing/trace.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace shaddock::testing {

void Trace::add(std::string_view line) {
  const auto now = clock_ ? clock_() : std::chrono::microseconds(0);
  char time[32];
  const int size =
      std::snprintf(time, sizeof time, "%9.3f s  ", static_cast<double>(now.count()) / 1e6);
  std::string& text = lines_.emplace_back(time, static_cast<std::size_t>(size));
  text += line.substr(0, kLongestLine);
  if (line.size() > kLongestLine) text += "...";
}

void Trace::add(std::string_view who, std::string_view what) {
  add(std::string(who) + "  " + std::string(what));
}

std::string Trace::end(std::size_t most) const {
  const std::size_t shown = std::min(most, lines_.size());
  std::string text = shown == lines_.size()
                         ? "the trace:\n"
                         : "the last " + std::to_string(shown) + " of " +
                               std::to_string(lines_.size()) + " lines of the trace:\n";
  for (std::size_t at = lines_.size() - shown; at < lines_.size(); ++at) text += lines_[at] + '\n';
  return text;
}

// "2026-01-01T00:00:00.014Z INFO connector-server-1 server ready": the first and the third word go.
bool TraceLog::put(LogLevel level, std::string_view line) {
  for (int word = 0; word < 3; ++word)
    line.remove_prefix(std::min(line.find(' '), line.size() - 1) + 1);
  // One for each two servers, at both ends: that servers are ready says as much.
  if (!line.starts_with("link link up "))
    trace_.add(server_id_, std::string(to_string(level)) + ' ' + std::string(line));
  return true;
}

}  // namespace shaddock::testing
