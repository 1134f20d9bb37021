// The half of Connector that sends a request once more, to another server, when it has provably not
// run where it was sent.
#include "server/incoming.h"

namespace shaddock::server {

// The peer has not run it; what a handler throws has a body.
bool Connector::is_refusal(const cluster::CallEnd& end) {
  return (end.status == code::kDraining || end.status == code::kShed) && end.from_peer &&
         end.body.empty();
}

std::uint64_t Connector::keep(const KnownRoute::Target& target, const Incoming& in,
                              net::Duration limit) {
  return kept_.keep(
      {in.client.session().id, in.id, in.filtered, &in.route, target.server, target.link->handle(),
       target.link->position(), parts_.host.loop.now() + limit, in.coding, in.not_to != nullptr},
      in.body);
}

// True when the request that ended so has provably not run, and is on its way to another server.
bool Connector::forward_again(cluster::CallTag tag, const cluster::CallEnd& end) {
  const auto found = kept_.find(tag.c);
  if (!found) return false;
  const KeptRequests::Request request = found->request;
  const bool not_run = end.from_peer ? is_refusal(end) : request.link.never_sent(request.position);
  detail::FrontendState* const session = parts_.sessions.state(tag.a);
  if (!not_run || session == nullptr || session->answers_to == nullptr ||
      request.deadline <= parts_.host.loop.now() ||
      (end.status == code::kShed && !kept_.may_repeat_shed()))
    return false;
  const std::string body(found->body);
  forward({static_cast<Client&>(*session->answers_to),
           request.id,
           *request.route,
           body,
           request.coding,
           request.filtered,
           request.server,
           request.deadline,
           {}});
  return true;
}

}  // namespace shaddock::server
