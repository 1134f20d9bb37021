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
                         std::set<std::string, std::less<>> known_types)
    : directory_(directory),
      routers_(std::move(routers)),
      known_types_(std::move(known_types)),
      default_(by_key()) {}

Candidates RouterTable::candidates(std::string_view server_type) const {
  const ServerList* servers = directory_.find_type(server_type);
  if (servers == nullptr || servers->empty()) return {nullptr, servers};
  const Router& router = router_of(server_type);
  return {&router, router.live ? &only_up(std::string(server_type), *servers) : servers};
}

Result<const ServerInfo*> RouterTable::choose(const Call& call) const noexcept try {
  return choose(candidates(call.server_type), call);
} catch (...) {
  return current_error();
}

Result<const ServerInfo*> RouterTable::choose(const Candidates& candidates,
                                              const Call& call) const noexcept try {
  if (candidates.servers == nullptr || candidates.servers->empty()) return nobody(call.server_type);
  return &candidates.router->function(call, *candidates.servers);
} catch (...) {
  return current_error();
}

const ServerList& RouterTable::only_up(const std::string& type, const ServerList& all) const {
  if (std::exchange(up_as_of_, directory_.changes()) != directory_.changes()) up_.clear();
  const auto [at, is_new] = up_.try_emplace(type);
  if (is_new)
    std::copy_if(all.begin(), all.end(), std::back_inserter(at->second),
                 [](const ServerInfo& server) { return server.up(); });
  return at->second;
}

Error RouterTable::nobody(std::string_view server_type) const {
  if (directory_.find_type(server_type) == nullptr && !known_types_.contains(server_type))
    return Error(code::kFailed, "unknown server type " + std::string(server_type));
  return Error(code::kNoServer, "no server of type " + std::string(server_type));
}

const Router& RouterTable::router_of(std::string_view type) const {
  const auto at = routers_.find(type);
  return at == routers_.end() ? default_ : at->second;
}

}  // namespace session
}  // namespace shaddock
