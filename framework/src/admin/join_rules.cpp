#include "admin/join_rules.h"

#include <algorithm>
#include <utility>

#include "admin/configuration.h"
#include "admin/entry_reader.h"
#include "admin/server_rules.h"

namespace shaddock::admin {
namespace {

constexpr std::size_t kMostExtras = 64, kLongestExtra = 1024;

bool is_port(int port) { return port >= 1 && port <= 65535; }

std::string wrong_with_extras(const ServerInfo& entry) {
  if (entry.extras.size() > kMostExtras) return "more than 64 keys of its own";
  for (const auto& [key, value] : entry.extras)
    if (key.empty() || key.size() + value.size() > kLongestExtra)
      return "a key and its value have 1 to 1024 bytes: " + key.substr(0, 64);
  return {};
}

std::string wrong_with_addresses(const ServerInfo& entry) {
  if (!is_host(entry.host)) return "host: must be a host name or an address";
  if (!entry.client_host.empty() && !is_host(entry.client_host))
    return "clientHost: must be a host name or an address";
  if (entry.port != 0 && !is_port(entry.port)) return "port: must be from 1 to 65535";
  if (entry.client_port != 0 && !is_port(entry.client_port))
    return "clientPort: must be from 1 to 65535";
  if (entry.frontend && entry.client_port == 0) return "a frontend needs a clientPort";
  if (!entry.frontend && entry.port == 0) return "a backend needs a port";
  if (!entry.frontend && entry.client_port != 0)
    return "clientPort: no client can connect to it without frontend=true";
  if (entry.port != 0 && entry.port == entry.client_port) return "port and clientPort are the same";
  return {};
}

struct Used {
  Used(int port, PortUse use, std::string user)
      : port(port), use(std::move(use)), user(std::move(user)) {}
  int port;
  PortUse use;
  std::string user;
};

std::vector<Used> ports_of(const ServerInfo& server) {
  std::vector<Used> ports;
  if (server.port != 0)
    ports.emplace_back(server.port, PortUse{server.host}, server.id + "'s port");
  if (server.client_port != 0)
    ports.emplace_back(server.client_port, PortUse{server.host, true}, server.id + "'s clientPort");
  return ports;
}

}  // namespace

std::string wrong_with_entry(const ServerInfo& entry) {
  if (!is_name(entry.id)) return "id: must be 1 to 64 letters, digits, - or _";
  if (!is_name(entry.type)) return "type: must be 1 to 64 letters, digits, - or _";
  if (entry.type == "master") return "type: a server type may not be called master";
  if (std::string wrong = wrong_with_addresses(entry); !wrong.empty()) return wrong;
  return wrong_with_extras(entry);
}

std::string wrong_with_secret(const ServerInfo& entry, const net::Address& master,
                              bool operators_secret) {
  if (operators_secret) return {};
  for (const std::string& host : {entry.host, master.host})
    if (!is_loopback(host))
      return host +
             " is not loopback, so the servers must prove a secret of yours: name the file that "
             "holds it in master.json as \"secretFile\"";
  return {};
}

std::string wrong_with_ports(const ServerInfo& entry, const std::vector<ServerInfo>& others,
                             const std::string& master_id, const net::Address& master) {
  std::vector<Used> used{{master.port, {master.host}, master_id}};
  for (const ServerInfo& other : others) {
    if (other.id == entry.id) continue;
    const auto ports = ports_of(other);
    used.insert(used.end(), ports.begin(), ports.end());
  }
  for (const Used& wanted : ports_of(entry)) {
    const auto taken = std::find_if(used.begin(), used.end(), [&](const Used& other) {
      return other.port == wanted.port && clash(wanted.use, other.use);
    });
    if (taken != used.end())
      return "port " + std::to_string(wanted.port) + " of " + entry.host + " is " + taken->user;
  }
  return {};
}

}  // namespace shaddock::admin
