// The half of RunningServer that keeps sessions where they have joined.
#include <utility>

#include "cluster/wire_codec.h"
#include "server/running_server.h"

namespace shaddock::server {

Joins& RunningServer::joins_of(const FrontendSession& session) {
  if (!joins_) throw Error(code::kFailed, "a backend holds no sessions");
  if (session.closed()) throw Error(code::kFailed, "session does not exist");
  return *joins_;
}

void RunningServer::follow(const FrontendSession& session, std::string_view server_type,
                           Function<void(const Moved&)> on_moved) {
  joins_of(session).follow(sessions_->shared(session.state()), server_type, std::move(on_moved));
}

void RunningServer::start_stay(const FrontendSession& session, const Stay& stay, const Type& type,
                               const void* argument, Joins::Refused on_refused, Done done) {
  Joins& joins = joins_of(session);
  if (ending_) return done(Error(code::kServerLost, "the server stops"));
  const RouteParameter parameter(session);
  cluster::RpcOptions options{time_for({&parameter, {}}), session.context().trace};
  if (options.limit.count() <= 0)
    return end_early(std::move(done), Error(code::kExpired, "no time left for the call"));
  Buffer bytes;
  cluster::encode_msgpack(type, argument, bytes);
  joins.stay(sessions_->shared(session.state()), {stay.join, stay.leave, stay.again, stay.depart},
             std::string(bytes.view()), options, std::move(on_refused), std::move(done));
}

void RunningServer::end_stay(const FrontendSession& session, std::string_view join) {
  if (!session.closed()) joins_of(session).leave(session.state(), join);
}

}  // namespace shaddock::server
