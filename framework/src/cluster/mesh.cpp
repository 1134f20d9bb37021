#include "cluster/mesh.h"

#include <utility>

namespace shaddock::cluster {

Mesh::Mesh(Endpoint& endpoint, ServerInfo self) : endpoint_(endpoint), self_(std::move(self)) {}

bool Mesh::linkable(const ServerInfo& server) const {
  return server.id != self_.id && (self_.port != 0 || server.port != 0);
}

bool Mesh::dials(const ServerInfo& server) const {
  return linkable(server) && server.port != 0 && (self_.port == 0 || self_.id < server.id);
}

bool Mesh::comes(const ServerInfo& server) const {
  if (!server.up()) return false;
  const ServerInfo* const before = directory_.find(server.id);
  return before == nullptr || !before->up() || before->incarnation != server.incarnation;
}

void Mesh::apply(const View& view) {
  std::set<std::string> coming;
  for (const ServerInfo& server : view.servers)
    if (comes(server)) coming.insert(server.id);
  if (!directory_.apply(view)) return;
  std::set<std::string> wanted;
  for (const ServerInfo& server : directory_.view().servers) {
    if (!linkable(server) || server.state == ServerInfo::State::failed) continue;
    wanted.insert(server.id);
    if (server.incarnation != 0) endpoint_.fence(server.id, server.incarnation);
    if (dials(server)) endpoint_.dial(server.id, {server.host, server.port});
  }
  for (const std::string& id : wanted_) {
    if (wanted.contains(id)) continue;
    if (directory_.find(id) == nullptr)
      endpoint_.part(id);
    else
      endpoint_.forget(id);
  }
  wanted_ = std::move(wanted);
  for (const std::string& id : coming) endpoint_.hasten(id);
}

bool Mesh::linked() const {
  for (const ServerInfo& server : directory_.view().servers)
    if (server.up() && linkable(server) && endpoint_.find(server.id) == nullptr) return false;
  return true;
}

}  // namespace shaddock::cluster
