#include "session/router.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/crc32.h"

namespace shaddock {

const Session& RouteParameter::session() const {
  if (session_ == nullptr)
    throw Error(code::kFailed, "this route function needs a session, the caller gave a key");
  return *session_;
}

const ServerInfo& dispatch(std::string_view key, const ServerList& servers) {
  if (servers.empty()) throw Error(code::kNoServer, "no server to dispatch to");
  return servers[pomelo_hash(key) % servers.size()];
}

const ServerInfo& dispatch(const Json& key, const ServerList& servers) {
  return key.is_string() ? dispatch(std::string_view(key.as_string()), servers)
                         : dispatch(std::string_view(key.dump()), servers);
}

Router by_key() {
  return Router([](const Call& call, const ServerList& servers) -> const ServerInfo& {
    return dispatch(call.parameter.key(), servers);
  });
}

Router live(Router router) {
  router.live = true;
  return router;
}

namespace session {

RouterTable::RouterTable(const cluster::Directory& directory,
                         std::map<std::string, Router, std::less<>> routers,
                         std::set<std::string, std::less<>> known_types, cluster::Mesh* mesh)
    : directory_(directory),
      routers_(std::move(routers)),
      known_types_(std::move(known_types)),
      mesh_(mesh),
      default_(by_key()) {}

Candidates RouterTable::candidates(std::string_view server_type) const {
  auto at = shown_.find(server_type);
  if (at == shown_.end() || at->second.as_of != as_of()) {
    const ServerList* servers = directory_.find_type(server_type);
    if (servers == nullptr || servers->empty()) return {nullptr, servers, nullptr};
    if (at == shown_.end()) at = shown_.try_emplace(std::string(server_type)).first;
    show(at->second, server_type, *servers);
  }
  return {at->second.router, at->second.servers, &at->second.peers};
}

void RouterTable::show(Shown& shown, std::string_view type, const ServerList& all) const {
  shown.as_of = as_of();
  shown.router = &router_of(type);
  shown.servers = &all;
  if (shown.router->live) {
    shown.up.clear();
    std::copy_if(all.begin(), all.end(), std::back_inserter(shown.up),
                 [this](const ServerInfo& server) { return can_be_asked(server); });
    shown.servers = &shown.up;
  }
  shown.peers = peers_of(*shown.servers, shown.as_of);
}

bool RouterTable::can_be_asked(const ServerInfo& server) const {
  if (!server.up()) return false;
  if (mesh_ == nullptr || mesh_->is_self(server)) return true;
  const cluster::Link* const link = mesh_->link(server);
  return link != nullptr && link->refusal() == 0;
}

Peers RouterTable::peers_of(const ServerList& servers, std::uint64_t version) const {
  Peers peers{version, {}};
  if (mesh_ == nullptr) return peers;
  for (const ServerInfo& server : servers) peers.links.push_back(mesh_->link(server));
  return peers;
}

Result<const ServerInfo*> RouterTable::choose(const Call& call) const noexcept try {
  return choose(candidates(call.server_type), call);
} catch (...) {
  return current_error();
}

Result<const ServerInfo*> RouterTable::choose(const Candidates& candidates,
                                              const Call& call) const noexcept try {
  if (candidates.servers == nullptr || candidates.servers->empty()) return nobody(call.server_type);
  if (call.peers == candidates.peers)
    return &candidates.router->function(call, *candidates.servers);
  Call informed = call;
  informed.peers = candidates.peers;
  return &candidates.router->function(informed, *candidates.servers);
} catch (...) {
  return current_error();
}

Result<const ServerInfo*> RouterTable::choose_other(const Call& call,
                                                    std::string_view not_this) const noexcept try {
  const Candidates now = candidates(call.server_type);
  if (now.router == nullptr || !now.router->live) return nobody(call.server_type);
  others_.clear();
  std::copy_if(now.servers->begin(), now.servers->end(), std::back_inserter(others_),
               [not_this](const ServerInfo& server) { return server.id != not_this; });
  // Where the one that failed is off the list by now, this is a choice like any other.
  if (others_.size() == now.servers->size()) return choose(now, call);
  const Peers peers = peers_of(others_, 0);
  return choose({now.router, &others_, &peers}, call);
} catch (...) {
  return current_error();
}

// The best reason there is: somebody who refuses for now, then nobody at all.
Error RouterTable::nobody(std::string_view server_type) const {
  const ServerList* const all = directory_.find_type(server_type);
  if (all == nullptr && !known_types_.contains(server_type))
    return Error(code::kFailed, "unknown server type " + std::string(server_type));
  int code = code::kNoServer;
  if (all != nullptr && mesh_ != nullptr) {
    for (const ServerInfo& server : *all) {
      const cluster::Link* const link = mesh_->link(server);
      if (link != nullptr && link->refusal() != 0) code = std::max(code, link->refusal());
    }
  }
  return Error(code, "no server of type " + std::string(server_type));
}

const Router& RouterTable::router_of(std::string_view type) const {
  const auto at = routers_.find(type);
  return at == routers_.end() ? default_ : at->second;
}

}  // namespace session
}  // namespace shaddock
