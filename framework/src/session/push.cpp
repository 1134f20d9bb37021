#include "session/push.h"

namespace shaddock::session {

using cluster::PushScope;

namespace {

void send_closed(cluster::Link& link, SessionId session) {
  cluster::FrameWriter frame(link.output());
  frame.closed(session);
  frame.finish();
}

void send_to(detail::FrontendState& session, PushPackages& packages, const PushBody& body) {
  if (const SharedBytes& package = packages.of(session.form))
    session.connection->send_push(package, body.route());
}

bool write_push(cluster::Link& link, cluster::PushHeader header, bool protobuf,
                std::string_view body) {
  header.protobuf = protobuf;
  cluster::FrameWriter frame(link.output());
  frame.push(header);
  frame.body().append(body);
  return frame.finish();
}

}  // namespace

void PushDelivery::send_to_all(PushScope scope, std::string_view from, PushPackages& packages,
                               const PushBody& body) {
  sessions_.for_each(scope, [&](detail::FrontendState& session) {
    const bool moves = session.handed || session.arriving;
    if (moves && !session.connection->hears(from)) [[unlikely]]
      return;
    send_to(session, packages, body);
  });
}

// A session that has gone on elsewhere gets there what a server sends that knows it, and one that
// comes gets nothing here from a server that does not: the uid may have another one here.
void PushDelivery::send_to_uid(std::string_view uid, std::string_view from, PushPackages& packages,
                               const PushBody& body) {
  sessions_.for_each_of(uid, [&](detail::FrontendState& session) {
    const bool moves = session.handed || session.arriving;
    if (moves && !session.connection->hears(from)) [[unlikely]]
      return;
    send_to(session, packages, body);
  });
}

void PushDelivery::deliver(cluster::Link& from, const cluster::Frame& frame) {
  PushBody body(body_tools_, frame.route_name, frame.body, frame.protobuf);
  PushPackages packages(package_tools_, body);
  if (frame.scope != PushScope::listed)
    return send_to_all(frame.scope, from.peer().id, packages, body);
  cluster::PushTargets targets(frame.targets);
  for (auto batch = targets.next_sessions(); !batch.empty(); batch = targets.next_sessions()) {
    for (const SessionId id : batch) {
      if (auto* session = sessions_.state(id)) {
        send_to(*session, packages, body);
      } else {
        send_closed(from, id);
      }
    }
  }
  while (auto uid = targets.next_uid()) send_to_uid(*uid, from.peer().id, packages, body);
}

void PushDelivery::deliver(const cluster::PushHeader& header, PushBody& body) {
  PushPackages packages(package_tools_, body);
  if (header.scope != PushScope::listed) return send_to_all(header.scope, {}, packages, body);
  for (const SessionId id : header.sessions)
    if (auto* session = sessions_.state(id)) send_to(*session, packages, body);
  for (const std::string_view uid : header.uids) send_to_uid(uid, {}, packages, body);
}

void PushSender::send(std::string_view frontend, const cluster::PushHeader& header,
                      PushBody& body) {
  if (frontend == own_id_ && own_ != nullptr) {
    own_->deliver(header, body);
    return;
  }
  cluster::Link* link = endpoint_.find(frontend);
  if (link == nullptr) {
    ++lost_;
    return;
  }
  if (link->overloaded()) {
    link->count_shed_push();
    ++lost_;
    return;
  }
  const bool protobuf = link->peer().protobuf && body.has_schema();
  const auto bytes = body.bytes(protobuf);
  if (!bytes || !write_push(*link, header, protobuf, *bytes)) ++lost_;
}

std::uint64_t PushSender::incarnation_of(std::string_view frontend) const {
  if (frontend == own_id_) return endpoint_.self().incarnation;
  const cluster::Link* link = endpoint_.find(frontend);
  return link != nullptr ? link->peer().incarnation : 0;
}

}  // namespace shaddock::session
