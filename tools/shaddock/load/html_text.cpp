#include "html_text.h"

#include "base/utf8.h"

namespace shaddock::load {

namespace {

constexpr std::string_view kReplacement = "&#xFFFD;";

bool is_allowed(std::uint32_t character) {
  if (character == '\n' || character == '\t') return true;
  return character >= 0x20 && (character < 0x7f || character >= 0xa0);
}

std::string_view entity_of(std::uint32_t character) {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return is_allowed(character) ? "" : kReplacement;
  }
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const auto character = read_utf8(text, at);
    if (!character) ++at;
    const std::string_view entity = character ? entity_of(*character) : kReplacement;
    result += entity.empty() ? text.substr(begin, at - begin) : entity;
  }
  return result;
}

}  // namespace shaddock::load
