#include "cluster/view.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace shaddock::cluster {

bool Directory::apply(View view) {
  if (view.number <= view_.number) return false;
  view_ = std::move(view);
  ++changes_;
  types_.clear();
  places_.clear();
  for (std::size_t place = 0; place < view_.servers.size(); ++place) {
    const ServerInfo& server = view_.servers[place];
    places_.emplace(server.id, place);
    ServerList& list = types_[server.type];
    if (server.listed()) list.push_back(server);
  }
  std::erase_if(draining_, [this](const auto& one) {
    const ServerInfo* const server = find(one.first);
    return server != nullptr && server->up() && server->incarnation > one.second;
  });
  for (const auto& [id, incarnation] : draining_) mark(id);
  return true;
}

void Directory::set_draining(std::string_view id, std::uint64_t incarnation) {
  std::uint64_t& known = draining_[std::string(id)];
  known = std::max(known, incarnation);
  ++changes_;
  mark(id);
}

void Directory::mark(std::string_view id) {
  const ServerInfo* const server = find(id);
  if (server == nullptr) return;
  ServerList& list = types_[server->type];
  const auto at =
      std::find_if(list.begin(), list.end(), [id](const ServerInfo& one) { return one.id == id; });
  if (at == list.end()) return;
  if (server->frontend)
    list.erase(at);
  else if (at->up())
    at->state = ServerInfo::State::down;
}

const ServerList* Directory::find_type(std::string_view type) const {
  const auto found = types_.find(type);
  return found == types_.end() ? nullptr : &found->second;
}

const ServerInfo* Directory::find(std::string_view id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &view_.servers[found->second];
}

bool Directory::complete() const {
  std::set<std::string_view> types, served;
  for (const ServerInfo& server : view_.servers) {
    types.insert(server.type);
    // One that joins waits for the others, so that they must not wait for it.
    if (server.up() || server.state == ServerInfo::State::joining) served.insert(server.type);
  }
  return !types.empty() && types == served;
}

}  // namespace shaddock::cluster
