#pragma once
// Whether a page is well-formed in the strict sense: every tag is closed in its turn, attributes
// are quoted, and neither < nor a bare & stands in text. What is inside <style> is passed over.

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock::load {

namespace well_formed_parts {

inline std::string problem_of_text(std::string_view text) {
  for (std::size_t at = text.find('&'); at != text.npos; at = text.find('&', at + 1)) {
    const std::size_t end = text.find(';', at);
    if (end == text.npos || end - at > 8) return "a bare & in " + std::string(text);
  }
  return text.find('>') == text.npos ? "" : "a bare > in " + std::string(text);
}

inline std::string problem_of_attributes(std::string_view text) {
  while (!text.empty()) {
    const std::size_t begin = text.find("=\"");
    const std::size_t end = begin == text.npos ? begin : text.find('"', begin + 2);
    if (text.front() != ' ' || end == text.npos) return "attributes: " + std::string(text);
    text.remove_prefix(end + 1);
  }
  return "";
}

}  // namespace well_formed_parts

// Empty, or the first thing that is wrong.
inline std::string problem_of_page(std::string_view page) {
  using namespace well_formed_parts;
  constexpr std::string_view kDoctype = "<!doctype html>\n";
  if (!page.starts_with(kDoctype)) return "no doctype";
  page.remove_prefix(kDoctype.size());
  std::vector<std::string> open;
  while (true) {
    const std::size_t begin = page.find('<');
    if (!open.empty() && open.back() == "style") {
      page.remove_prefix(page.find("</style>"));
    } else {
      const auto problem = problem_of_text(page.substr(0, begin));
      if (!problem.empty()) return problem;
      if (begin == page.npos) break;
      page.remove_prefix(begin);
    }
    const std::size_t end = page.find('>');
    if (end == page.npos) return "an open <";
    std::string_view tag = page.substr(1, end - 1);
    page.remove_prefix(end + 1);
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return "unexpected <" + std::string(tag);
      open.pop_back();
      continue;
    }
    const bool whole = tag.ends_with("/");
    if (whole) tag.remove_suffix(1);
    std::size_t name = 0;
    while (name < tag.size() && std::isalnum(static_cast<unsigned char>(tag[name]))) ++name;
    if (name == 0) return "a < in text: " + std::string(tag);
    const auto problem = problem_of_attributes(tag.substr(name));
    if (!problem.empty()) return problem;
    if (!whole) open.emplace_back(tag.substr(0, name));
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

}  // namespace shaddock::load
