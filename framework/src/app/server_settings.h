#pragma once

#include <shaddock/server_info.h>
#include <shaddock/settings.h>

#include <memory>
#include <string>
#include <string_view>

#include "admin/configuration.h"
#include "protocol/client_protocol.h"

namespace shaddock::app {

// "production|development" names both; "all" names everything.
bool names(std::string_view list, std::string_view name);

// The settings of one server: the defaults, then each configure() that matches, in order; then what
// its entry of servers.json says (max-connections, tls, listeners); then what depends on the
// machine. Relative paths of certificates are made absolute.
Settings settings_for(const detail::Definition& definition,
                      const admin::Configuration& configuration, const ServerInfo& info,
                      const std::string& base_folder);

// The dictionary and the schemas of all servers: every route of the types that servers.json names,
// and the files of the configuration folder.
Result<std::shared_ptr<const protocol::ClientProtocol>> client_protocol_of(
    const detail::Definition& definition, const admin::Configuration& configuration);

}  // namespace shaddock::app
