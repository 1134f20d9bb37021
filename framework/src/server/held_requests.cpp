// The half of Connector that keeps requests for servers that are being restarted.
#include <utility>

#include "server/incoming.h"

namespace shaddock::server {

struct HeldRequest {
  cluster::SessionId session;
  std::uint32_t id, filtered;
  cluster::BodyCoding coding;
  std::string route, body;
  net::TimePoint deadline, until;
};

bool Connector::hold(const Incoming& in, const ServerInfo* server) {
  const std::string_view type = in.route.parts->server_type;
  const bool worth_it = server != nullptr ? parts_.restarts.expects(*server)
                                          : parts_.restarts.expected(type) != nullptr;
  if (!worth_it) return false;
  const net::TimePoint deadline = parts_.host.loop.now() + time_left(in);
  const bool first = in.held_until == net::TimePoint();
  HeldRequest held{in.client.session().id,
                   in.id,
                   in.filtered,
                   in.coding,
                   in.route.text,
                   std::string(in.body),
                   deadline,
                   first ? parts_.restarts.patience(deadline) : in.held_until};
  const bool room = parts_.restarts.hold(
      type, held.session, held.route.size() + held.body.size(), held.until,
      [this, alive = std::weak_ptr<bool>(alive_), held = std::move(held)](Restarts::Now now) {
        if (!alive.expired()) forward_held(held, now);
      });
  if (!room) refuse(in, Error(code::kShed, "too many requests wait for servers that restart"));
  return true;
}

void Connector::forward_held(const HeldRequest& held, Restarts::Now now) {
  detail::FrontendState* const session = parts_.sessions.answering(held.session);
  if (session == nullptr || session->answers_to == nullptr)
    return tell_global_filters(held.filtered, code::kDraining);
  Client& client = static_cast<Client&>(*session->answers_to);
  KnownRoute* route = routes_.find(held.route);
  if (route == nullptr) route = &routes_.describe(held.route);
  Incoming in{client, held.id, *route, held.body, held.coding, held.filtered};
  in.deadline = held.deadline;
  in.held_until = held.until;
  if (now == Restarts::Now::give_up || &client.session() != session)
    return refuse(in, Error(code::kDraining, "the server has not come back in time"));
  forward(in);
}

}  // namespace shaddock::server
