#include "net/forwarded_for.h"

#include <algorithm>
#include <optional>

namespace shaddock::net {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<IpAddress> parse_bracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  if (end == text.npos || text.substr(0, end).find(':') == text.npos) return std::nullopt;
  const std::string_view behind = text.substr(end + 1);
  if (!behind.empty() && (behind[0] != ':' || !is_port(behind.substr(1)))) return std::nullopt;
  return parse_ip(text.substr(1, end - 1));
}

std::optional<IpAddress> parse_word(std::string_view word) {
  const std::size_t begin = word.find_first_not_of(" \t");
  if (begin == word.npos) return std::nullopt;
  word = word.substr(begin, word.find_last_not_of(" \t") - begin + 1);
  if (word[0] == '[') return parse_bracketed(word);
  const std::size_t colon = word.find(':');
  const bool has_port = colon != word.npos && colon == word.rfind(':');  // IPv6 has two at least
  if (has_port && !is_port(word.substr(colon + 1))) return std::nullopt;
  return parse_ip(has_port ? word.substr(0, colon) : word);
}

// Moves `client` to the left while proxies vouch for the next address; false where that ends.
bool walk(std::string_view list, const CidrList& proxies, IpAddress& client) {
  for (;;) {
    if (!proxies.contains(client)) return false;
    const std::size_t comma = list.rfind(',');
    const auto next = parse_word(list.substr(comma == list.npos ? 0 : comma + 1));
    if (!next) return false;
    client = *next;
    if (comma == list.npos) return true;
    list = list.substr(0, comma);
  }
}

}  // namespace

IpAddress forwarded_client(const HttpRequest& request, const IpAddress& peer,
                           const CidrList& proxies) {
  IpAddress client = peer;
  const auto& headers = request.headers;
  for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
    if (header->is("x-forwarded-for") && !walk(header->value, proxies, client)) break;
  }
  return client;
}

}  // namespace shaddock::net
