#pragma once

#include <optional>
#include <string_view>

namespace shaddock::server {

// "chat.chatHandler.send" taken apart; views into the route.
struct ClientRoute {
  std::string_view server_type, handler, method;
};

// Nothing unless there are exactly three parts, none of them empty.
inline std::optional<ClientRoute> parse_route(std::string_view route) {
  const std::size_t first = route.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = route.find('.', first + 1);
  if (second == std::string_view::npos || route.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  const ClientRoute parts{route.substr(0, first), route.substr(first + 1, second - first - 1),
                          route.substr(second + 1)};
  if (parts.server_type.empty() || parts.handler.empty() || parts.method.empty())
    return std::nullopt;
  return parts;
}

}  // namespace shaddock::server
