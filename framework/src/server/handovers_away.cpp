// The half of Handovers from which clients have gone.
#include "cluster/wire_codec.h"
#include "server/client.h"
#include "server/handovers.h"

namespace shaddock::server {

using detail::FrontendState;

namespace {

void answer(cluster::IncomingCall& call, const HandedSession& handed) {
  call.answer(type_of<HandedSession>(), &handed);
}

// Because it is gone or about to, or of an older version, whose members stay where they were.
bool says_nothing(const Error& error) {
  return error.code == code::kServerLost || error.code == code::kNoServer ||
         error.code == code::kDraining || error.code == code::kFailed;
}

}  // namespace

// Who comes for one that has only just come itself waits for that.
void Handovers::take(cluster::IncomingCall call, const ResumeTake& take) {
  const auto token = ResumeToken::parse(take.token);
  Client* const client = token ? parts_.resumes.owner_of(*token) : nullptr;
  HandedSession none;
  if (token && client == nullptr) none.gone_to = parts_.resumes.gone_to(*token);
  if (client == nullptr || !client->can_be_claimed()) return answer(call, none);
  if (client->session().arriving) {
    auto& takers = arrivals_.at(client->session().id).takers;
    if (takers.size() >= kMostTakers) return answer(call, none);
    return takers.emplace_back(std::move(call), take), void();
  }
  if (client->goes_on(take.received, take.form)) return give(call, *client, take);
  client->close(net::close_code::kNormal);  // nobody else can come back to it
  answer(call, none);
}

void Handovers::give(cluster::IncomingCall& call, Client& client, const ResumeTake& take) {
  cluster::Link* const link = parts_.endpoint.find(call.caller().id);
  if (link == nullptr) return;
  const HandedSession handed = client.hand_over(take, link->peer().id);
  answer(call, handed);
  depart(client, link->handle(), take.session);
}

void Handovers::depart(Client& client, const cluster::LinkHandle& to, SessionId there) {
  const SessionId id = client.session().id;
  Departure& departure =
      departures_.try_emplace(id, parts_.loop.timers(), [this, id] { grow_late(id); })
          .first->second;
  departure.client = &client;
  departure.to = to;
  departure.session = there;
  departure.timer.start(kAnswers);
}

void Handovers::take_came(const cluster::IncomingCall& call, const CameSession& came) {
  const auto at = departures_.find(came.session);
  if (at == departures_.end() || at->second.to.peer().id != call.caller().id) return;
  at->second.came = true;
  if (came.ended || at->second.late || all_answered(came.session)) tell_moved(came.session);
}

// Nor does anything come for it from a frontend that had it before.
bool Handovers::all_answered(SessionId session) const {
  return departures_.at(session).client->unanswered() == 0 && !arrivals_.contains(session) &&
         !departures_.at(session).client->waits_for_earlier_answers();
}

// Who has not said by then that the session came has begun another one for the client.
void Handovers::grow_late(SessionId session) {
  Departure& departure = departures_.at(session);
  if (departure.came) return tell_moved(session);
  if (!std::exchange(departure.late, true)) return departure.timer.start(kLimit - kAnswers);
  const auto node = departures_.extract(session);
  node.mapped().client->end_handed();
}

void Handovers::pass(FrontendState& session, const SharedBytes& package) {
  const auto at = departures_.find(session.id);
  if (at == departures_.end() || closed_) return;
  Departure& departure = at->second;
  const PassedPackage passed{departure.session, ++departure.passed, *package};
  parts_.rpc.notify(departure.to.get(), routes_.pass, type_of<PassedPackage>(), &passed);
}

void Handovers::pass_kick(FrontendState& session, std::string_view reason) {
  const auto at = departures_.find(session.id);
  if (at == departures_.end() || closed_) return;
  const PassedKick kick{at->second.session, std::string(reason)};
  parts_.rpc.notify(at->second.to.get(), routes_.kick, type_of<PassedKick>(), &kick);
}

// On a later turn: what a handler pushes behind its answer still goes this way.
void Handovers::answered(FrontendState& session) {
  parts_.loop.post([this, id = session.id, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    const auto at = departures_.find(id);
    if (at == departures_.end()) return;
    if (!at->second.came || !all_answered(id)) return;
    if (!at->second.telling) return tell_moved(id);
    if (at->second.all) send_all(id);
  });
}

void Handovers::tell_moved(SessionId session) {
  Departure& departure = departures_.at(session);
  if (closed_ || std::exchange(departure.telling, true)) return;
  departure.timer.stop();
  FrontendState& state = departure.client->session();
  parts_.followed.forget(state);
  const std::string& uid = state.data.uid;
  departure.moved = {session,        departure.session,      uid,
                     parts_.self.id, departure.to.peer().id, !stays_here(uid)};
  departure.untold = 1;
  parts_.endpoint.for_each([&](cluster::Link& link) {
    if (link.peer().role == cluster::Role::server) tell(session, departure, link);
  });
  // Any of them may have it as a member, whoever has told it so.
  for (const ServerInfo& server : parts_.directory.view().servers)
    if (server.id != parts_.self.id && server.state != ServerInfo::State::failed &&
        parts_.endpoint.find(server.id) == nullptr)
      tell_later(server.id, departure.moved);
  parts_.channels.on_session_moved(departure.moved);
  const session::HereSession here{departure.session};
  parts_.rpc.notify(departure.to.get(), session::kHereRoute, type_of<session::HereSession>(),
                    &here);
  on_told(session, parts_.self.id, std::string_view());
}

// Another session of it than those that go on elsewhere.
bool Handovers::stays_here(std::string_view uid) const {
  bool stays = false;
  parts_.sessions.for_each_of(uid, [&](FrontendState& one) { stays = stays || !one.handed; });
  return stays;
}

void Handovers::tell(SessionId session, Departure& departure, cluster::Link& link) {
  ++departure.untold;
  parts_.rpc.call(&link, session::kMovedRoute, type_of<session::MovedSession>(), &departure.moved,
                  {kTold},
                  [this, session, server = link.peer().id,
                   alive = std::weak_ptr<bool>(alive_)](const Result<std::string_view>& told) {
                    if (!alive.expired()) on_told(session, server, told);
                  });
}

void Handovers::tell_later(const std::string& server, const session::MovedSession& moved) {
  if (untold_.size() >= kMostOutOfReach && !untold_.contains(server))
    untold_.erase(untold_.begin());
  auto& untold = untold_[server];
  untold.push_back(moved);
  if (untold.size() > kMostUntold) untold.pop_front();
}

// Until it says that it has heard, or is of a version that has nothing to hear: the link may be
// lost again.
void Handovers::tell_late(cluster::Link& link, const session::MovedSession& moved) {
  parts_.rpc.call(&link, session::kMovedRoute, type_of<session::MovedSession>(), &moved, {kTold},
                  [this, moved, server = link.peer().id,
                   alive = std::weak_ptr<bool>(alive_)](const Result<std::string_view>& told) {
                    const bool heard = told.ok() || told.error().code == code::kFailed;
                    if (!alive.expired() && !heard) tell_later(server, moved);
                  });
}

// Also when it could not be told, for it is lost. One that only takes too long, or whose link is
// full, may still send, and start what this frontend has sent to it before.
void Handovers::on_told(SessionId session, const std::string& server,
                        const Result<std::string_view>& told) {
  const auto at = departures_.find(session);
  if (at == departures_.end() || closed_) return;
  Departure& departure = at->second;
  if (!told.ok() && !says_nothing(told.error())) return end_departure(departure.client->session());
  if (!told.ok() && server == departure.to.peer().id) return;  // on_link_down() follows
  if (told.ok())
    departure.told.push_back(server);
  else
    tell_later(server, departure.moved);
  departure.there.insert(server);
  if (--departure.untold == 0) send_all(session);
}

void Handovers::send_all(SessionId session) {
  Departure& departure = departures_.at(session);
  departure.all = true;
  Client& client = *departure.client;
  PassedAll all{departure.session, departure.passed, {}, departure.told, all_answered(session)};
  all.snapshot = client.session().snapshot();
  client.session().settled = true;
  parts_.rpc.notify(departure.to.get(), routes_.all, type_of<PassedAll>(), &all);
  if (all.over) finish(session);
}

void Handovers::finish(SessionId session) {
  const auto node = departures_.extract(session);
  if (!node.empty()) node.mapped().client->finish_handed();
}

void Handovers::end_departure(FrontendState& session) {
  pass_kick(session, {});
  finish(session.id);
}

}  // namespace shaddock::server
