#include "server/route_book.h"

#include <algorithm>
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
  if (is_utf8(made->text)) made->parts = parse_route(made->text);
  if (!made->parts) return made;
  made->own = made->parts->server_type == info_.type;
  if (made->own) made->handler = handlers_.find(made->text);
  if (protocol_ != nullptr) made->answer = protocol_->protos.server().find(made->text);
  return made;
}

KnownRoute& RouteBook::describe(std::string_view route) {
  if (KnownRoute* known = find(route)) return *known;
  std::unique_ptr<KnownRoute> made = make(route);
  if (made->parts && !made->own) look_up_servers(*made);
  const bool somebody_has_it =
      made->handler != nullptr ||
      std::any_of(made->targets.begin(), made->targets.end(),
                  [](const KnownRoute::Target& one) { return one.code.has_value(); });
  if (!somebody_has_it) return *(stranger_ = std::move(made));
  const std::string_view key = made->text;
  return *by_text_.emplace(key, std::move(made)).first->second;
}

KnownRoute& RouteBook::describe(std::string_view route, std::uint16_t code) {
  KnownRoute& described = describe(route);
  if (&described == stranger_.get()) return described;
  if (by_code_.size() <= code) by_code_.resize(std::size_t{code} + 1);
  by_code_[code] = &described;
  return described;
}

void RouteBook::look_up_servers(KnownRoute& route) {
  route.as_of = now();
  route.targets.clear();
  if (!route.parts || route.own) return;
  route.candidates = router_.candidates(route.parts->server_type);
  if (route.candidates.servers == nullptr) return;
  for (const ServerInfo& server : *route.candidates.servers)
    route.targets.push_back(look_up(route.text, server));
}

KnownRoute::Target RouteBook::look_up(std::string_view text, const ServerInfo& server) {
  KnownRoute::Target target;
  target.server = &sessions_.server_name(server.id);
  target.link = mesh_.link(server);
  if (target.link != nullptr) target.code = target.link->handler_code(text);
  return target;
}

KnownRoute::Target RouteBook::target(const KnownRoute& route, const ServerInfo& server) {
  const ServerList& servers = *route.candidates.servers;
  const std::less<> before;
  if (before(&server, servers.data()) || !before(&server, servers.data() + servers.size()))
    return look_up(route.text, server);
  return route.targets[static_cast<std::size_t>(&server - servers.data())];
}

}  // namespace shaddock::server
