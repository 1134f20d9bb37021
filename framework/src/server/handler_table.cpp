#include "server/handler_table.h"

#include <algorithm>

namespace shaddock::server {

namespace {

void check_kind(const std::string& route, bool wants_frontend, const ServerInfo& info) {
  if (wants_frontend == info.frontend) return;
  throw Error(code::kFailed, "handler " + route + " takes a " +
                                 (wants_frontend ? "FrontendSession" : "BackendSession") +
                                 ", but servers of type " + info.type + " are " +
                                 (info.frontend ? "frontends" : "backends"));
}

}  // namespace

HandlerTable::HandlerTable(const detail::TypeDefinition& definition, Server& server,
                           const BodyCodec& bodies) {
  for (const auto& service : definition.handlers) {
    std::shared_ptr<void> object = service.make(server);
    for (const auto& method : service.methods) {
      std::string route = server.type() + '.' + service.name + '.' + method.name;
      check_kind(route, method.frontend, server.info());
      const BodySchemas schemas = bodies.schemas(route);
      entries_.push_back({std::move(route), method.bind(object.get()), schemas});
    }
    objects_.push_back(std::move(object));
  }
  std::sort(entries_.begin(), entries_.end(),
            [](const auto& a, const auto& b) { return a.route < b.route; });
  for (auto& entry : entries_) {
    if (!by_route_.emplace(entry.route, &entry).second) {
      throw Error(code::kFailed, "handler " + entry.route + " is registered twice");
    }
  }
}

std::vector<std::string> HandlerTable::routes() const {
  std::vector<std::string> routes;
  for (const auto& entry : entries_) routes.push_back(entry.route);
  return routes;
}

HandlerEntry* HandlerTable::find(std::string_view route) {
  const auto at = by_route_.find(route);
  return at == by_route_.end() ? nullptr : at->second;
}

}  // namespace shaddock::server
