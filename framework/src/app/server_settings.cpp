#include "app/server_settings.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include "app/connection_limit.h"
#include "net/descriptor_limit.h"

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

namespace {

std::string absolute(const std::string& path, const std::string& base_folder) {
  return path.empty() ? path : (std::filesystem::path(base_folder) / path).string();
}

void place_certificates(std::vector<ListenerSettings>& listeners, const std::string& base_folder) {
  for (ListenerSettings& listener : listeners) {
    TlsSettings& tls = listener.tls;
    for (std::string* path : {&tls.certificate, &tls.key, &tls.pkcs12, &tls.password_file})
      *path = absolute(*path, base_folder);
  }
}

// Frontends of one process share what it has.
std::size_t part_of_one(const admin::Configuration& configuration) {
  const bool alone = configuration.master.isolation == net::Isolation::process;
  const auto frontends = std::ranges::count(configuration.servers, true, &ServerInfo::frontend);
  return usual_connections(net::descriptor_limit(),
                           alone ? 1 : static_cast<std::size_t>(frontends));
}

void limit_connections(const admin::Configuration& configuration, const ServerInfo& info,
                       std::size_t& limit) {
  const std::string_view most = info.extra("max-connections");
  if (limit == 0) std::from_chars(most.data(), most.data() + most.size(), limit);
  if (limit == 0) limit = part_of_one(configuration);
}

}  // namespace

Settings settings_for(const detail::Definition& definition,
                      const admin::Configuration& configuration, const ServerInfo& info,
                      const std::string& base_folder) {
  Settings settings;
  for (const auto& configure : definition.configures) {
    if (names(configure.environments, configuration.environment) &&
        names(configure.types, info.type))
      configure.function(settings);
  }
  auto& listeners = settings.connector.listeners;
  if (const auto at = configuration.listeners.find(info.id); at != configuration.listeners.end())
    listeners.insert(listeners.begin(), at->second.begin(), at->second.end());
  place_certificates(listeners, base_folder);
  limit_connections(configuration, info, settings.connector.limits.connections);
  return settings;
}

Result<std::shared_ptr<const protocol::ClientProtocol>> client_protocol_of(
    const detail::Definition& definition, const admin::Configuration& configuration) {
  std::set<std::string> types;
  for (const ServerInfo& info : configuration.servers) types.insert(info.type);
  std::vector<std::string> routes;
  for (const auto& [type, described] : definition.types) {
    if (!types.contains(type)) continue;
    for (const auto& service : described.handlers)
      for (const auto& method : service.methods)
        routes.push_back(type + '.' + service.name + '.' + method.name);
  }
  const admin::ProtocolFiles& files = configuration.protocol;
  auto dictionary = protocol::Dictionary::make(std::move(routes), files.routes);
  if (!dictionary.ok()) return std::move(dictionary).error();
  return std::make_shared<const protocol::ClientProtocol>(protocol::ClientProtocol{
      std::move(dictionary).value(), protocol::Protos(files.client, files.server)});
}

}  // namespace shaddock::app
