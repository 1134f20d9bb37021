#include "session/push.h"

#include "protocol/message.h"
#include "protocol/package.h"

namespace shaddock::session {

using cluster::PushScope;

namespace {

void send_closed(cluster::Link& link, SessionId session) {
  cluster::FrameWriter frame(link.output());
  frame.closed(session);
  frame.finish();
}

}  // namespace

void PushDelivery::deliver(cluster::Link& from, const cluster::Frame& frame) {
  const SharedBytes package = encode(frame.route_name, frame.body);
  if (!package) return;
  const auto send = [&](detail::FrontendState& session) {
    session.connection->send_package(package);
  };
  if (frame.scope != PushScope::listed) {
    sessions_.for_each(frame.scope, send);
    return;
  }
  cluster::PushTargets targets(frame.targets);
  while (auto id = targets.next_session()) {
    if (auto* session = sessions_.state(*id)) {
      send(*session);
    } else {
      send_closed(from, *id);
    }
  }
  while (auto uid = targets.next_uid()) sessions_.for_each_of(*uid, send);
}

void PushDelivery::deliver(const cluster::PushHeader& header, std::string_view body) {
  const SharedBytes package = encode(header.route, body);
  if (!package) return;
  const auto send = [&](detail::FrontendState& session) {
    session.connection->send_package(package);
  };
  if (header.scope != PushScope::listed) {
    sessions_.for_each(header.scope, send);
    return;
  }
  for (const SessionId id : header.sessions)
    if (auto* session = sessions_.state(id)) send(*session);
  for (const std::string_view uid : header.uids) sessions_.for_each_of(uid, send);
}

// | package header | message header | body |
SharedBytes PushDelivery::encode(std::string_view route, std::string_view body) const {
  Buffer head;
  const std::size_t package = protocol::begin_package(head);
  protocol::MessageHeader header;
  header.type = protocol::MessageType::push;
  header.route = route;
  const bool fits = protocol::write_message_header(head, header);
  const std::size_t length = head.size() - protocol::kPackageHeaderSize + body.size();
  if (!fits || length > protocol::kMaxPackageBody) {
    log_.error("push is too large or its route too long",
               {{"route", route}, {"bytes", body.size()}});
    return nullptr;
  }
  protocol::write_package_header(head.data() + package, protocol::PackageType::data, length);
  auto bytes = std::make_shared<std::string>();
  bytes->reserve(head.size() + body.size());
  bytes->append(head.view()).append(body);
  return bytes;
}

void PushSender::send(std::string_view frontend, const cluster::PushHeader& header,
                      std::string_view body) {
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
  cluster::FrameWriter frame(link->output());
  frame.push(header);
  frame.body().append(body);
  if (!frame.finish()) ++lost_;
}

std::uint64_t PushSender::incarnation_of(std::string_view frontend) const {
  if (frontend == own_id_) return endpoint_.self().incarnation;
  const cluster::Link* link = endpoint_.find(frontend);
  return link != nullptr ? link->peer().incarnation : 0;
}

}  // namespace shaddock::session
