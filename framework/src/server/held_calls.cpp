// The half of RunningServer that keeps calls for servers that are being restarted.
#include <utility>

#include "cluster/wire_codec.h"
#include "server/running_server.h"

namespace shaddock::server {

// It waits for that server and no other: what was chosen once, by a session that may be gone,
// stays.
struct RunningServer::HeldCall {
  std::string server, type, route, argument;
  cluster::RpcOptions options;
  net::TimePoint since, until;
  Done done;
};

bool RunningServer::hold_call(const ServerInfo& server, const Wish& wish, Done& done) {
  if (server.frontend || !restarts_.expects(server)) return false;
  HeldCall held{server.id,        server.type, std::string(wish.route), {}, {},
                host_.loop.now(), {},          std::move(done)};
  held.options.limit = time_for(wish.target);
  held.until = restarts_.patience(held.since + held.options.limit);
  if (wish.target.parameter != nullptr) {
    if (const Session* session = wish.target.parameter->find_session())
      held.options.trace = session->context().trace;
  }
  Buffer argument;
  cluster::encode_msgpack(wish.type, wish.argument, argument);
  held.argument = argument.view();
  if (!hold_again(held))
    end_early(std::move(held.done), Error(code::kShed, "too many calls wait for restarts"));
  return true;
}

bool RunningServer::hold_again(HeldCall& held) {
  const auto shared = std::make_shared<HeldCall>(std::move(held));
  const bool room =
      restarts_.hold(shared->type, 0, shared->route.size() + shared->argument.size(), shared->until,
                     [this, shared](Restarts::Now now) { call_held(std::move(*shared), now); });
  if (!room) held = std::move(*shared);
  return room;
}

void RunningServer::call_held(HeldCall held, Restarts::Now now) {
  const ServerInfo* const server = find_server(held.server);
  if (now == Restarts::Now::give_up || server == nullptr)
    return held.done(Error(code::kDraining, "server " + held.server + " has not come back"));
  cluster::Link* const link = mesh_.link(*server);
  if (link == nullptr || link->refusal() != 0) {
    if (!restarts_.expects(*server) || !hold_again(held))
      held.done(Error(code::kNoServer, "server " + held.server + " is not there"));
    return;
  }
  held.options.limit -= host_.loop.now() - held.since;
  if (held.options.limit.count() <= 0)
    return held.done(Error(code::kExpired, "no time left for the call"));
  rpc_->call(link, held.route, std::string_view(held.argument), held.options, std::move(held.done));
}

}  // namespace shaddock::server
