#include "admin/server_rules.h"

#include <algorithm>
#include <map>
#include <utility>

#include "admin/entry_reader.h"

namespace shaddock::admin {
namespace {

class Rules {
 public:
  void add_id(EntryReader& entry, const std::string& file, const std::string& id,
              std::string_view key) {
    if (id.empty()) return;
    const auto [first, added] = ids_.emplace(id, place(file, entry.find(key), entry));
    if (!added) entry.error(key, "id \"" + id + "\" is used twice, first in " + first->second);
  }

  void add_port(EntryReader& entry, const std::string& file, const ServerInfo& server,
                std::string_view key, int port) {
    if (port == 0 || server.host.empty()) return;
    add_use(entry, port, key,
            {{server.host, key == "clientPort"},
             server.id + "'s " + std::string(key) + " in " + place(file, entry.find(key), entry)});
  }

  // The one that describes clientPort is counted with it.
  void add_listener(EntryReader& entry, const std::string& file, const ServerInfo& server,
                    const ListenerSettings& listener) {
    const bool udp = listener.transport == ListenerSettings::Transport::udp;
    if (listener.port == 0 || server.host.empty() || (!udp && listener.port == server.client_port))
      return;
    add_use(entry, listener.port, "listeners",
            {{server.host, listener.host.empty(), udp},
             server.id + "'s listeners in " + place(file, entry.find("listeners"), entry)});
  }

  // One report is enough for all.
  void check_secret(EntryReader& entry, const std::string& host, const MasterEntry& master) {
    if (asked_for_secret_ || host.empty() || is_loopback(host) || !master.secret_file.empty())
      return;
    asked_for_secret_ = true;
    entry.error(
        "host",
        host +
            " is not loopback, so the servers must prove a secret of yours: put at least 32 random "
            "bytes into a "
            "file that only you can read (mode 0600) and name it in master.json as \"secretFile\"");
  }

 private:
  struct Use {
    Use(PortUse at, std::string user) : at(std::move(at)), user(std::move(user)) {}
    PortUse at;
    std::string user;
  };

  void add_use(EntryReader& entry, int port, std::string_view key, Use use) {
    std::vector<Use>& earlier = ports_[port];
    const auto first = std::find_if(earlier.begin(), earlier.end(),
                                    [&](const Use& other) { return clash(use.at, other.at); });
    if (first != earlier.end())
      entry.error(key, "port " + std::to_string(port) + " of " + use.at.host +
                           " is used twice, first as " + first->user);
    else
      earlier.push_back(std::move(use));
  }

  static std::string place(const std::string& file, const Node* value, const EntryReader& entry) {
    const Node& at = value == nullptr ? entry.object() : *value;
    return file + ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
  }

  std::map<std::string, std::string> ids_;
  std::map<int, std::vector<Use>> ports_;
  bool asked_for_secret_ = false;
};

std::string_view address_of(std::string_view host) {
  return host == "localhost" ? "127.0.0.1" : host;
}

}  // namespace

bool clash(const PortUse& a, const PortUse& b) {
  if (a.udp != b.udp) return false;
  const bool one_machine = is_loopback(a.host) && is_loopback(b.host);
  if ((a.everywhere || b.everywhere) && one_machine) return true;
  return address_of(a.host) == address_of(b.host);
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

void check_together(const std::optional<Section>& master_section, const MasterEntry& master,
                    const Document& servers_file, const std::vector<ServerEntry>& servers,
                    std::vector<Problem>& problems) {
  Rules rules;
  if (master_section) {
    const std::string& file = master_section->document->file;
    EntryReader entry(*master_section->document, *master_section->node, master_section->path,
                      problems);
    ServerInfo info;
    info.id = master.id;
    info.host = master.host;
    rules.add_id(entry, file, master.id, "id");
    rules.add_port(entry, file, info, "port", master.port);
    rules.check_secret(entry, master.host, master);
  }
  for (const ServerEntry& server : servers) {
    EntryReader entry(servers_file, *server.node, server.path, problems);
    rules.add_id(entry, servers_file.file, server.info.id, "id");
    rules.add_port(entry, servers_file.file, server.info, "port", server.info.port);
    rules.add_port(entry, servers_file.file, server.info, "clientPort", server.info.client_port);
    for (const ListenerSettings& listener : server.listeners)
      rules.add_listener(entry, servers_file.file, server.info, listener);
    rules.check_secret(entry, server.info.host, master);
  }
}

}  // namespace shaddock::admin
