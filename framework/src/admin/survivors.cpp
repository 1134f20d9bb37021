#include "admin/survivors.h"

#include <algorithm>

#include "base/crc32.h"

namespace shaddock::admin {
namespace {

// Empty: it may stay.
std::string why_not_kept(const Record& record, const std::optional<Record>& before,
                         const std::vector<ServerInfo>& configured,
                         const Fingerprints& fingerprints, const net::Address& master) {
  const auto entry = std::find_if(configured.begin(), configured.end(),
                                  [&](const ServerInfo& one) { return one.id == record.id; });
  if (entry == configured.end()) return "is not in servers.json any more";
  if (record.joined) return "was joined by hand, and is in servers.json now";
  const auto known = fingerprints.find(record.id);
  const std::uint32_t now = known == fingerprints.end() ? fingerprint(*entry) : known->second;
  if (record.fingerprint != 0 && record.fingerprint != now)
    return "is another one in servers.json now";
  if (record.master.port != 0 && !(record.master == master))
    return "looks for its master at " + net::to_string(record.master);
  // What an older master had started held no lifeline of this one.
  if (before && before->lifeline && record.incarnation > before->incarnation)
    return "ends with the master that has started it";
  return {};
}

}  // namespace

Survivors sort_survivors(std::vector<Record> living, const std::optional<Record>& before,
                         const std::vector<ServerInfo>& configured,
                         const Fingerprints& fingerprints, const net::Address& master) {
  Survivors survivors;
  for (Record& record : living) {
    // It comes by itself.
    const auto is_it = [&](const ServerInfo& one) { return one.id == record.id; };
    if (record.joined && std::none_of(configured.begin(), configured.end(), is_it)) continue;
    if (std::string why = why_not_kept(record, before, configured, fingerprints, master);
        why.empty())
      survivors.kept.push_back(std::move(record));
    else
      survivors.stopped.push_back({std::move(record), std::move(why)});
  }
  return survivors;
}

std::uint32_t fingerprint(const ServerInfo& server, std::string_view listeners) {
  std::string text = server.id + '\n' + server.type + '\n' + server.host + '\n' +
                     std::to_string(server.port) + '\n' + server.client_host + '\n' +
                     std::to_string(server.client_port) + '\n' + (server.frontend ? '1' : '0');
  for (const auto& [key, value] : server.extras) text += '\n' + key + '\n' + value;
  text += listeners;
  const std::uint32_t number = crc32(text);
  return number == 0 ? 1 : number;
}

}  // namespace shaddock::admin
