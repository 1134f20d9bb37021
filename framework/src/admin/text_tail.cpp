#include "admin/text_tail.h"

#include <algorithm>

#include "base/log_line.h"
#include "base/utf8.h"

namespace shaddock::admin {

std::string printable(std::string_view line, std::size_t longest) {
  std::string text;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t start = at;
    const auto character = read_utf8(line, at);
    if (!character) at = start + 1;
    if (at > longest) break;
    if (!character)
      text += '?';
    else if (is_control(*character))
      text += ' ';
    else
      text += line.substr(start, at - start);
  }
  return text;
}

std::vector<std::string> last_lines(std::string_view text, std::size_t most, std::size_t longest) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < most) {
    const std::size_t cut = text.rfind('\n');
    const std::string_view line = cut == std::string_view::npos ? text : text.substr(cut + 1);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos)
      lines.push_back(printable(line, longest));
    text = cut == std::string_view::npos ? std::string_view{} : text.substr(0, cut);
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

}  // namespace shaddock::admin
