#include "server/route_book.h"

#include <functional>
#include <utility>

#include "base/utf8.h"

namespace shaddock::server {

RouteBook::RouteBook(const ServerInfo& info, cluster::Mesh& mesh,
                     const session::RouterTable& router, session::FrontendSessions& sessions,
                     HandlerTable& handlers, const protocol::ClientProtocol* protocol)
    : info_(info),
      mesh_(mesh),
      router_(router),
      sessions_(sessions),
      handlers_(handlers),
      protocol_(protocol) {}

std::unique_ptr<KnownRoute> RouteBook::make(std::string_view route) const {
  auto made = std::make_unique<KnownRoute>();
  made->text = route;
  // Also of what has not three parts: a refusal goes out in that form.
  if (protocol_ != nullptr) made->answer = protocol_->protos.server().find(made->text);
  if (is_utf8(made->text)) made->parts = parse_route(made->text);
  if (!made->parts) return made;
  made->own = made->parts->server_type == info_.type;
  if (made->own) made->handler = handlers_.find(made->text);
  return made;
}

KnownRoute& RouteBook::describe(std::string_view route, std::optional<std::uint16_t> code) {
  if (const auto at = by_text_.find(route); at != by_text_.end()) {
    if (code) note_code(*code, *at->second);
    return *at->second;
  }
  std::unique_ptr<KnownRoute> made = make(route);
  if (made->handler != nullptr) return remember(std::move(made), code);
  stranger_code_ = code;
  return *(stranger_ = std::move(made));
}

KnownRoute& RouteBook::remember(std::unique_ptr<KnownRoute> route,
                                std::optional<std::uint16_t> code) {
  const std::string_view key = route->text;
  KnownRoute& remembered = *by_text_.emplace(key, std::move(route)).first->second;
  if (code) note_code(*code, remembered);
  return remembered;
}

void RouteBook::note_code(std::uint16_t code, KnownRoute& route) {
  if (by_code_.size() <= code) by_code_.resize(std::size_t{code} + 1);
  by_code_[code] = &route;
}

void RouteBook::look_up_servers(KnownRoute& route) {
  route.as_of = router_.as_of();
  route.targets.clear();
  if (!route.parts || route.own) return;
  route.candidates = router_.candidates(route.parts->server_type);
  if (&route == stranger_.get() || route.candidates.servers == nullptr) return;
  for (const ServerInfo& server : *route.candidates.servers)
    route.targets.push_back(look_up(route.text, server));
}

KnownRoute::Target RouteBook::look_up(std::string_view text, const ServerInfo& server) {
  KnownRoute::Target target;
  if (mesh_.directory().find(server.id) == nullptr) return target;
  target.server = &sessions_.same_name(server.id);
  target.link = mesh_.link(server);
  if (target.link == nullptr) return target;
  target.code = target.link->handler_code(text);
  if (const int refusal = target.link->refusal()) {
    target.refusal = refusal;
    target.link = nullptr;
  }
  return target;
}

KnownRoute::Target RouteBook::target(KnownRoute& route, const ServerInfo& server) {
  if (&route == stranger_.get()) {
    const KnownRoute::Target found = look_up(route.text, server);
    if (found.code) remember(std::move(stranger_), stranger_code_).as_of = 0;
    return found;
  }
  const ServerList& servers = *route.candidates.servers;
  const std::less<> before;
  // One that was a stranger until now has none yet.
  if (before(&server, servers.data()) || !before(&server, servers.data() + route.targets.size()))
    return look_up(route.text, server);
  return route.targets[static_cast<std::size_t>(&server - servers.data())];
}

}  // namespace shaddock::server
