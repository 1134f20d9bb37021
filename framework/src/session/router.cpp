#include "session/router.h"

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

namespace {

ServerList only_up(const ServerList& all) {
  ServerList up;
  for (const ServerInfo& server : all)
    if (server.up()) up.push_back(server);
  return up;
}

Error no_server(std::string_view type) {
  return Error(code::kNoServer, "no server of type " + std::string(type));
}

}  // namespace

Result<const ServerInfo*> RouterTable::choose(const Call& call) const noexcept try {
  const ServerList* servers = directory_.find_type(call.server_type);
  if (servers == nullptr) {
    if (known_types_.contains(call.server_type)) return no_server(call.server_type);
    return Error(code::kFailed, "unknown server type " + std::string(call.server_type));
  }
  if (servers->empty()) return no_server(call.server_type);
  const Router& router = router_of(call.server_type);
  if (!router.live) return &router.function(call, *servers);

  const ServerList up = only_up(*servers);
  if (up.empty()) return no_server(call.server_type);
  const ServerInfo* chosen = directory_.find(router.function(call, up).id);
  if (chosen == nullptr) return no_server(call.server_type);
  return chosen;
} catch (...) {
  return current_error();
}

const Router& RouterTable::router_of(std::string_view type) const {
  const auto at = routers_.find(type);
  return at == routers_.end() ? default_ : at->second;
}

}  // namespace session
}  // namespace shaddock
