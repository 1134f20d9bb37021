#include "app/server_settings.h"

#include <charconv>

namespace shaddock::app {

bool names(std::string_view list, std::string_view name) {
  while (true) {
    const std::size_t bar = list.find('|');
    const std::string_view one = list.substr(0, bar);
    if (one == name || one == "all") return true;
    if (bar == std::string_view::npos) return false;
    list.remove_prefix(bar + 1);
  }
}

Settings settings_for(const detail::Definition& definition, std::string_view environment,
                      const ServerInfo& info) {
  Settings settings;
  for (const auto& configure : definition.configures) {
    if (names(configure.environments, environment) && names(configure.types, info.type))
      configure.function(settings);
  }
  const std::string_view most = info.extra("max-connections");
  if (!most.empty() && settings.connector.limits.connections == 0) {
    std::from_chars(most.data(), most.data() + most.size(), settings.connector.limits.connections);
  }
  return settings;
}

}  // namespace shaddock::app
