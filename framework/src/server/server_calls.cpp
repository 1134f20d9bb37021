// The half of RunningServer that applications use: calls to other servers, sessions, time.
#include <algorithm>
#include <chrono>

#include "cluster/wire_codec.h"
#include "server/running_server.h"
#include "server/time_limit.h"

namespace shaddock::server {

const ServerList& RunningServer::servers_by_type(std::string_view type) const {
  const ServerList* servers = mesh_.directory().find_type(type);
  return servers != nullptr ? *servers : no_servers_;
}

SessionService& RunningServer::sessions() {
  if (!sessions_) throw Error(code::kFailed, "a backend holds no sessions");
  return *sessions_;
}

Pending<> RunningServer::kick(std::string_view frontend, std::string_view uid,
                              std::string_view reason) {
  if (frontend == info_.id && sessions_) {
    sessions_->kick(uid, reason);
    return Pending<>::ended({});
  }
  return backend_link_.call(frontend, session::kKickUidRoute,
                            session::UidKick{std::string(uid), std::string(reason)});
}

Pending<> RunningServer::sleep(std::chrono::milliseconds time) {
  if (ending_) return Pending<>::ended(Error(code::kServerLost, "the server stops"));
  Nap& nap = naps_.emplace_front(*this);
  nap.place = naps_.begin();
  nap.timer.start(time);
  return nap.source.pending();
}

void RunningServer::wake(std::list<Nap>::iterator nap) {
  const Pending<>::Source source = nap->source;
  std::list<Nap> ended;  // destroyed after the waiter has been told, which may be long
  ended.splice(ended.begin(), naps_, nap);
  end(source, {});
}

void RunningServer::end(const Pending<>::Source& source, Result<void> result) noexcept {
  end_call(source, [&result] { return std::move(result); });
}

Server::RemoteRoute RunningServer::remote_route(const void* key) const {
  const auto at = remote_routes_.find(key);
  if (at == remote_routes_.end())
    throw Error(code::kFailed, "rpc to a method that was not registered as a remote");
  return {at->second.first, at->second.second};
}

RunningServer::Way RunningServer::way_to(const ServerInfo& server) {
  if (server.id == info_.id) return {&server, nullptr, 0};
  cluster::Link* const link = mesh_.link(server);
  if (link == nullptr) return {&server, nullptr, code::kNoServer};
  const int refusal = link->refusal();
  // Until its last client has gone it serves whoever works for one of them.
  const bool serves = refusal == 0 || (refusal == code::kDraining && server.frontend);
  if (!serves) return {&server, link, refusal};
  return {&server, link, link->overloaded() ? code::kShed : 0};
}

// A call that would not get there goes to another server, if its router is live.
Result<RunningServer::Way> RunningServer::choose(std::string_view server_type,
                                                 std::string_view route, const Target& target) {
  if (target.parameter == nullptr) {
    const ServerInfo* server = mesh_.directory().find(target.server_id);
    if (server == nullptr)
      return Error(code::kNoServer, "no server " + std::string(target.server_id));
    return way_to(*server);
  }
  const auto parts = parse_route(route);
  if (!parts)
    return Error(code::kFailed, "a remote's route has three parts: " + std::string(route));
  const Call call{server_type, parts->handler, parts->method, *target.parameter};
  const auto chosen = router_.choose(call);
  if (!chosen.ok()) return chosen.error();
  const Way way = way_to(**chosen);
  if (way.refusal == 0) return way;
  const auto other = router_.choose_other(call, way.server->id);
  return other.ok() ? way_to(**other) : way;
}

net::Duration RunningServer::time_for(const Target& target) const {
  const net::Duration usual = time_limit(settings_.deadlines.rpc);
  const Session* session = target.parameter != nullptr ? target.parameter->find_session() : nullptr;
  if (session == nullptr ||
      session->context().deadline == std::chrono::steady_clock::time_point::max())
    return usual;
  return std::min(usual, std::chrono::duration_cast<net::Duration>(session->context().deadline -
                                                                   host_.loop.now()));
}

void RunningServer::start_call(std::string_view server_type, std::string_view route, Target target,
                               const Type& type, const void* argument, Done done) {
  if (ending_) return done(Error(code::kServerLost, "the server stops"));
  const auto way = choose(server_type, route, target);
  if (!way.ok()) {
    const bool nobody = Restarts::is_nobody(way.error()) && target.parameter != nullptr;
    const ServerInfo* const expected = nobody ? restarts_.expected(server_type) : nullptr;
    if (expected != nullptr && hold_call(*expected, {route, type, argument, target}, done)) return;
    return end_early(std::move(done), way.error());
  }
  cluster::RpcOptions options;
  options.limit = time_for(target);
  if (options.limit.count() <= 0)
    return end_early(std::move(done), Error(code::kExpired, "no time left for the call"));
  if (way->refusal != 0) {
    if (hold_call(*way->server, {route, type, argument, target}, done)) return;
    return end_early(std::move(done),
                     Error(way->refusal, "server " + way->server->id + " cannot be asked now"));
  }

  if (way->link == nullptr) {
    Buffer bytes;
    cluster::encode_msgpack(type, argument, bytes);
    return remote_table_->call(route, std::string(bytes.view()), options.limit, std::move(done));
  }
  if (target.parameter != nullptr) {
    if (const Session* session = target.parameter->find_session())
      options.trace = session->context().trace;
  }
  rpc_->call(way->link, route, type, argument, options, std::move(done));
}

// A call never ends from inside itself.
void RunningServer::end_early(Done done, Error error) {
  early_ends_.emplace_back(std::move(done), std::move(error));
  if (early_ends_.size() > 1) return;
  host_.loop.defer([this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) tell_early_ends();
  });
}

void RunningServer::tell_early_ends() {
  auto ends = std::exchange(early_ends_, {});
  for (auto& [done, error] : ends) done(std::move(error));
}

void RunningServer::start_calls(RemoteRoute to, const Type& type, const void* argument,
                                Function<void(Answers)> done) {
  struct Gather {
    std::vector<std::optional<Result<std::string>>> answers;
    std::size_t missing;
    Function<void(Answers)> done;
    void end_one() {
      if (--missing != 0) return;
      Answers all;
      for (auto& answer : answers) all.push_back(std::move(*answer));
      done(std::move(all));
    }
  };
  const ServerList servers = servers_by_type(to.server_type);
  auto gather = std::make_shared<Gather>();
  gather->answers.resize(servers.size());
  gather->missing = servers.size() + 1;  // and this function itself
  gather->done = std::move(done);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    start_call(to.server_type, to.route, Target{nullptr, servers[i].id}, type, argument,
               [gather, i](Result<std::string_view> bytes) {
                 if (bytes.ok()) {
                   gather->answers[i].emplace(std::string(*bytes));
                 } else {
                   gather->answers[i].emplace(std::move(bytes).error());
                 }
                 gather->end_one();
               });
  }
  gather->end_one();
}

Result<void> RunningServer::decode(std::string_view bytes, const Type& type, void* value) const {
  return cluster::decode_msgpack(bytes, type, value);
}

}  // namespace shaddock::server
