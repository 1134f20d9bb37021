#pragma once

#include <shaddock/server_info.h>
#include <shaddock/settings.h>

#include <string_view>

namespace shaddock::app {

// "production|development" names both; "all" names everything.
bool names(std::string_view list, std::string_view name);

// The settings of one server: the defaults, then each configure() that matches, in order; then what
// its entry of servers.json says (max-connections).
Settings settings_for(const detail::Definition& definition, std::string_view environment,
                      const ServerInfo& info);

}  // namespace shaddock::app
