// The half of Handovers to which clients come.
#include "server/handovers.h"

#include <algorithm>

#include "cluster/wire_codec.h"
#include "server/client.h"
#include "session/snapshot.h"

namespace shaddock::server {

using detail::FrontendState;

namespace {

template <class A, class Action>
void add(cluster::Remotes& remotes, const std::string& route, Action action) {
  remotes.add(route, [action = std::move(action)](cluster::IncomingCall call) {
    A argument;
    if (auto read = cluster::decode_msgpack(call.body(), type_of<A>(), &argument); !read.ok())
      return call.fail(read.error());
    action(std::move(call), argument);
  });
}

}  // namespace

Handovers::Handovers(Parts parts) : parts_(std::move(parts)), routes_(parts_.self.type) {}

void Handovers::add_remotes(cluster::Remotes& remotes) {
  using Call = cluster::IncomingCall;
  add<ResumeTake>(remotes, routes_.take,
                  [this](Call call, ResumeTake& ask) { take(std::move(call), ask); });
  add<PassedPackage>(remotes, routes_.pass,
                     [this](const Call& call, PassedPackage& passed) { take_pass(call, passed); });
  add<PassedAll>(remotes, routes_.all,
                 [this](const Call& call, PassedAll& all) { take_all(call, all); });
  add<PassedKick>(remotes, routes_.kick,
                  [this](const Call&, PassedKick& kick) { take_kick(kick); });
  add<CameSession>(remotes, routes_.came,
                   [this](const Call& call, CameSession& came) { take_came(call, came); });
  add<session::HereSession>(remotes, std::string(session::kHereRoute),
                            [this](const Call& call, session::HereSession& here) {
                              take_here(call.caller().id, here.session);
                            });
}

Client* Handovers::client_of(const Arrival& arrival) {
  return static_cast<Client*>(arrival.state->answers_to);
}

Client* Handovers::client_of(SessionId session) const {
  FrontendState* const state = parts_.sessions.state(session);
  return state == nullptr ? nullptr : static_cast<Client*>(state->answers_to);
}

bool Handovers::ask(Client& client, const ResumeToken& token, std::uint64_t received) {
  const std::string gone = parts_.resumes.gone_to(token);
  const std::string& frontend = gone.empty() ? token.frontend : gone;
  cluster::Link* const link = parts_.endpoint.find(frontend);
  if (closed_ || asking_ >= kMostAsking || link == nullptr || !link->remote_code(routes_.take))
    return false;
  const FrontendState& session = client.session();
  const auto form = static_cast<std::uint32_t>(session.form.index());
  ask(session.id, frontend, {token.text(), received, session.id, form}, gone.empty() ? 0 : 1);
  return true;
}

void Handovers::ask(SessionId session, const std::string& frontend, const ResumeTake& take,
                    int hops) {
  cluster::Link* const link = parts_.endpoint.find(frontend);
  const cluster::LinkHandle from = link != nullptr ? link->handle() : cluster::LinkHandle();
  ++asking_;
  parts_.rpc.call(link, routes_.take, type_of<ResumeTake>(), &take, {kLimit},
                  [this, alive = std::weak_ptr<bool>(alive_), session, from, take,
                   hops](Result<std::string_view> answer) {
                    if (!alive.expired()) on_answer(session, from, take, hops, std::move(answer));
                  });
}

void Handovers::on_answer(SessionId session, const cluster::LinkHandle& from,
                          const ResumeTake& take, int hops, Result<std::string_view> answer) {
  --asking_;
  HandedSession handed;
  if (closed_ || !answer.ok() ||
      !cluster::decode_msgpack(*answer, type_of<HandedSession>(), &handed).ok())
    handed = {};
  Client* const client = client_of(session);
  if (handed.gone_to == parts_.self.id && client != nullptr && client->finds_here(take)) return;
  if (!handed.found && !handed.gone_to.empty() && hops == 0 && !closed_)
    return ask(session, handed.gone_to, take, hops + 1);
  if (client == nullptr) return;
  const bool taken = handed.found && client->take_handed(handed, *ResumeToken::parse(take.token));
  if (taken) arrive(*client, from, handed);
  client->on_taken(taken);
  // Last, for a uid that somebody else claims just now is refused at once.
  if (taken) claim_uid(session, handed);
}

void Handovers::arrive(Client& client, const cluster::LinkHandle& from,
                       const HandedSession& handed) {
  FrontendState& session = client.session();
  const SessionId id = session.id;
  session.arriving = true;
  parts_.counters.add(Count::resumed);
  Arrival& arrival =
      arrivals_.try_emplace(id, parts_.loop.timers(), [this, id] { end_arrival(id); })
          .first->second;
  arrival.from = from;
  arrival.session = handed.session;
  arrival.state = client.shared_session();
  arrival.owned = parts_.single_login == nullptr || !handed.kind;
  arrival.timer.start(kBegun);
  const CameSession came{handed.session, false};
  parts_.rpc.notify(from.get(), routes_.came, type_of<CameSession>(), &came);
}

// It is bound already, so that pushes by its uid find it; the old frontend lets go without a word.
void Handovers::claim_uid(SessionId session, const HandedSession& handed) {
  const auto arrival = arrivals_.find(session);
  if (arrival == arrivals_.end() || arrival->second.owned) return;
  FrontendState& state = *arrival->second.state;
  parts_.single_login->bind(state, state.data.uid, *handed.kind, parts_.loop.now() + kLimit)
      .then([this, session, alive = std::weak_ptr<bool>(alive_)](Result<void> bound) {
        if (alive.expired()) return;
        const auto at = arrivals_.find(session);
        if (at == arrivals_.end()) return;
        at->second.owned = bound.ok();
        if (bound.ok()) return begin(session);
        Client* const client = client_of(session);
        if (bound.error().code == code::kTaken && client != nullptr)
          return client->kick(session::SingleLogin::kElsewhere);
        end_arrival(session);
      });
}

// nullptr: the session has ended meanwhile, or another server speaks of it.
Handovers::Arrival* Handovers::arrival_of(const cluster::IncomingCall& call, SessionId session) {
  const auto at = arrivals_.find(session);
  const bool known = at != arrivals_.end() && at->second.from.peer().id == call.caller().id;
  if (!known) return nullptr;
  if (client_of(at->second) != nullptr) return &at->second;
  arrivals_.erase(at);
  return nullptr;
}

void Handovers::take_pass(const cluster::IncomingCall& call, PassedPackage& passed) {
  Arrival* const arrival = arrival_of(call, passed.session);
  if (arrival == nullptr) return;
  if (passed.number != ++arrival->passed) return end_arrival(passed.session);
  const auto package = std::make_shared<const std::string>(std::move(passed.package));
  client_of(*arrival)->send_passed(package);
}

void Handovers::take_all(const cluster::IncomingCall& call, const PassedAll& all) {
  Arrival* const arrival = arrival_of(call, all.session);
  if (arrival == nullptr) return;
  if (all.passed != arrival->passed) return end_arrival(all.session);
  if (!arrival->begun) {
    FrontendState& session = *parts_.sessions.state(all.session);
    auto data = session::decode_snapshot(all.snapshot);
    if (!data.ok() || data->uid != session.data.uid) return end_arrival(all.session);
    session.data.settings = std::move(data->settings);
    session.changed();
    arrival->all = true;
    arrival->told = all.told;
    begin(all.session);
  }
  if (!all.over) return;
  // It may have ended meanwhile, or its uid is not known to be its own yet.
  if (const auto at = arrivals_.find(all.session); at != arrivals_.end()) {
    at->second.over = true;
    if (!at->second.begun) return;
    Client* const client = client_of(at->second);
    arrivals_.erase(at);
    // Its client may have gone on to a third frontend.
    if (client != nullptr && client->session().handed) answered(client->session());
  }
}

void Handovers::take_kick(const PassedKick& kick) {
  if (Client* const client = client_of(kick.session)) client->kick(kick.reason);
}

void Handovers::take_here(std::string_view server, SessionId session) {
  const auto at = arrivals_.find(session);
  if (at == arrivals_.end()) return;
  at->second.here.emplace(server.empty() ? std::string_view(parts_.self.id) : server);
  begin(session);
}

// What was sent to all clients before may be on its way, and has come by the old frontend.
bool Handovers::all_here(const Arrival& arrival) {
  return std::ranges::all_of(arrival.told, [&](const std::string& server) {
    return arrival.here.contains(server) || arrival.lost.contains(server) ||
           (server != parts_.self.id && parts_.endpoint.find(server) == nullptr);
  });
}

void Handovers::hold_request(Client& client, std::string_view body) {
  const SessionId session = client.session().id;
  Arrival& arrival = arrivals_.at(session);
  arrival.requests.emplace_back(body);
  arrival.held += body.size() + ResumeLog::kOverhead;
  if (arrival.held > kMostHeld) end_arrival(session);
}

void Handovers::hold_package(Client& client, const SharedBytes& package) {
  const SessionId session = client.session().id;
  Arrival& arrival = arrivals_.at(session);
  if (arrival.overrun) return;
  arrival.packages.push_back(package);
  arrival.held += ResumeLog::weight(package);
  if (arrival.held <= kMostHeld) return;
  // On a later turn: whoever pushes to many is at one of them.
  arrival.overrun = true;
  parts_.loop.post([this, session, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired() && !closed_) end_arrival(session);
  });
}

// One that the old frontend has not told was not linked with it: all that it says is said here.
bool Handovers::says_all_here(const Arrival& arrival, std::string_view server) {
  return arrival.here.contains(server) ||
         (arrival.all && std::ranges::find(arrival.told, server) == arrival.told.end());
}

bool Handovers::hears(const FrontendState& session, std::string_view server) const {
  if (server.empty()) server = parts_.self.id;
  if (session.arriving) {
    const auto at = arrivals_.find(session.id);
    return at == arrivals_.end() || says_all_here(at->second, server);
  }
  const auto at = departures_.find(session.id);
  return at == departures_.end() || !(at->second.all || at->second.there.contains(server));
}

void Handovers::begin(SessionId session) {
  const auto at = arrivals_.find(session);
  if (at == arrivals_.end() || !at->second.all || !at->second.owned || at->second.begun) return;
  if (at->second.overrun || !all_here(at->second)) return;
  at->second.begun = true;
  at->second.timer.stop();
  give_held(session, at->second);
  // What it is told of its end may come while what it held is given.
  const auto now = arrivals_.find(session);
  if (now == arrivals_.end()) return;
  auto takers = std::exchange(now->second.takers, {});
  if (now->second.over) arrivals_.erase(now);
  for (auto& [call, ask] : takers) take(std::move(call), ask);
}

// Pushes first; each request may end the session.
void Handovers::give_held(SessionId session, Arrival& arrival) {
  const auto packages = std::exchange(arrival.packages, {});
  const auto requests = std::exchange(arrival.requests, {});
  arrival.held = 0;
  const std::shared_ptr<FrontendState> state =
      parts_.sessions.shared(*parts_.sessions.state(session));
  state->arriving = false;
  for (const SharedBytes& package : packages)
    if (state->connection != nullptr) state->connection->send_package(package);
  if (state->connection != nullptr) tell_resumed(state);
  // Also behind a logout, after which the client is another session's, and this one is kept.
  for (const std::string& body : requests)
    if (state->answers_to != nullptr) static_cast<Client*>(state->answers_to)->on_held(body);
}

void Handovers::tell_resumed(const std::shared_ptr<FrontendState>& state) {
  FrontendSession handle(state);
  state->coming_back = true;
  parts_.on_resumed(handle);
  state->coming_back = false;
}

void Handovers::end_arrival(SessionId session) {
  const auto at = arrivals_.find(session);
  if (at == arrivals_.end()) return;
  Client* const logged_out =
      at->second.state->connection == nullptr ? client_of(at->second) : nullptr;
  tell_arrived(session);
  if (logged_out != nullptr) return logged_out->close(net::close_code::kTryLater);
  Client* const client = client_of(session);
  if (client == nullptr) return;
  if (client->session().handed) return end_departure(client->session());
  if (client->counts()) client->lose_session();
}

// So that what it registers then hears of the end. Who waits to take the session finds none.
void Handovers::tell_arrived(SessionId session) {
  auto node = arrivals_.extract(session);
  if (node.empty()) return;
  if (!node.mapped().over && !closed_) {
    const CameSession came{node.mapped().session, true};
    parts_.rpc.notify(node.mapped().from.get(), routes_.came, type_of<CameSession>(), &came);
  }
  if (Client* const client = client_of(session); client != nullptr && !node.mapped().begun) {
    client->session().arriving = false;
    tell_resumed(client->shared_session());
  }
  for (auto& [call, ask] : node.mapped().takers) {
    const HandedSession none;
    call.answer(type_of<HandedSession>(), &none);
  }
}

void Handovers::on_link_up(cluster::Link& link) {
  if (closed_ || link.peer().role != cluster::Role::server) return;
  if (const auto node = untold_.extract(link.peer().id); !node.empty())
    for (const session::MovedSession& moved : node.mapped()) tell_late(link, moved);
  for (auto& [session, departure] : departures_)
    if (departure.telling && !departure.all) tell(session, departure, link);
  expect_nothing_of(link);
}

void Handovers::on_link_down(const cluster::Link& link) {
  const cluster::LinkHandle lost = link.handle();
  std::vector<SessionId> here, there;
  for (const auto& [session, arrival] : arrivals_)
    if (!arrival.over && arrival.from == lost) here.push_back(session);
  for (const auto& [session, departure] : departures_)
    if (departure.to == lost) there.push_back(session);
  // First those that were going there: one that came from there, too, ends here and nowhere else.
  for (const SessionId session : there)
    if (const auto node = departures_.extract(session); !node.empty())
      node.mapped().client->end_handed();
  for (const SessionId session : here) end_arrival(session);
  expect_nothing_of(link);
}

// What it has said already came, or is lost with the link that it had before.
void Handovers::expect_nothing_of(const cluster::Link& link) {
  std::vector<SessionId> waiting;
  for (auto& [session, arrival] : arrivals_)
    if (arrival.lost.insert(link.peer().id).second) waiting.push_back(session);
  for (const SessionId session : waiting) begin(session);
}

bool Handovers::has_others() {
  bool others = false;
  parts_.endpoint.for_each([&](cluster::Link& link) {
    others = others || (link.open() && !link.draining() && link.remote_code(routes_.take));
  });
  return others && !closed_;
}

}  // namespace shaddock::server
