#pragma once

#include <shaddock/fields.h>
#include <shaddock/log.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cluster/endpoint.h"
#include "cluster/wire.h"
#include "session/frontend_sessions.h"
#include "session/push_packages.h"

namespace shaddock::session {

// Delivers a push on its frontend: a package is made once for each form that occurs among those who
// get it (push_packages.h) and shared by all of that form.
class PushDelivery {
 public:
  // `protocol` may be nullptr and outlives it; compress_from: see Settings::Connector.
  PushDelivery(FrontendSessions& sessions, Logger log,
               const protocol::ClientProtocol* protocol = nullptr, std::size_t compress_from = 0)
      : sessions_(sessions),
        log_(std::move(log)),
        body_tools_{protocol, buffers_, log_},
        package_tools_{protocol, compress_from, deflater_, package_buffers_, log_} {}

  // From another server. A listed session that is no more is answered with `closed`, so that a
  // channel which missed its end forgets it.
  void deliver(cluster::Link& from, const cluster::Frame& frame);
  // From a channel of this very server.
  void deliver(const cluster::PushHeader& header, PushBody& body);
  bool has(SessionId session) const { return sessions_.state(session) != nullptr; }

 private:
  void send_to_all(cluster::PushScope scope, std::string_view from, PushPackages& packages,
                   const PushBody& body);
  void send_to_uid(std::string_view uid, std::string_view from, PushPackages& packages,
                   const PushBody& body);

  FrontendSessions& sessions_;
  const Logger log_;
  Deflater deflater_;
  PushBuffers buffers_;
  PackageBuffers package_buffers_;
  const PushBody::Tools body_tools_;
  const PushPackages::Tools package_tools_;
};

// Sends a push to one frontend, this server itself or another; lost, and counted, when there is no
// link, the link is full or the body cannot be encoded.
class PushSender {
 public:
  PushSender(cluster::Endpoint& endpoint, std::string own_id)
      : endpoint_(endpoint), own_id_(std::move(own_id)) {}

  // This server is a frontend itself.
  void deliver_here(PushDelivery& own) { own_ = &own; }

  // In protobuf where the frontend wants it and the route has a schema.
  void send(std::string_view frontend, const cluster::PushHeader& header, PushBody& body);
  std::uint64_t lost() const { return lost_; }
  // Of this server's own sessions, for nobody else tells of their end.
  bool has_ended(std::string_view frontend, SessionId session) const {
    return own_ != nullptr && frontend == own_id_ && !own_->has(session);
  }
  // Of the process that a frontend's link leads to now; 0: there is none.
  std::uint64_t incarnation_of(std::string_view frontend) const;

 private:
  cluster::Endpoint& endpoint_;
  std::string own_id_;
  PushDelivery* own_ = nullptr;
  std::uint64_t lost_ = 0;
};

}  // namespace shaddock::session
