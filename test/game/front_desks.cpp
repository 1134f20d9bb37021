#include "front_desks.h"

#include "back_desks.h"
#include "club_desk.h"
#include "session/frontend_state.h"

namespace shaddock::game {

using namespace std::chrono_literals;

// The same uid goes to the same connector while all are up.
Entry GateHandler::query_entry(FrontendSession&, const Where& who) {
  ServerList up;
  for (const ServerInfo& one : server().servers_by_type("connector"))
    if (one.up()) up.push_back(one);
  const ServerInfo& chosen = dispatch(who.uid, up);
  checker().tell(&Guarantee::named, std::string_view(chosen.id));
  return {chosen.id, chosen.host_for_clients(), chosen.client_port};
}

Task<Done> EntryHandler::login(FrontendSession& session, const Login& who) {
  const Running running(keep_life());
  begin(session, who);
  checker().tell(&Guarantee::joined, life().number(), session.id(), who.visit);
  tell_end(session, who.uid, who.visit);
  session.set("rid", who.room);
  session.set("visit", who.visit);
  session.set("kind", who.kind);
  auto bound = bind(session, who.uid, who.kind, who.visit);
  co_await bound;
  if (life().arena().rules().clubs) {
    auto joined = join_club(session, who.visit);
    co_await joined;
  }
  auto welcomed = welcome(session);
  co_await welcomed;
  co_return done(who);
}

void EntryHandler::tell_end(FrontendSession& session, const std::string& uid, Visit visit) {
  session.on_close([life = keep_life(), uid, visit](FrontendSession& gone) {
    life->checker().tell(&Guarantee::unbound, life->number(), std::string_view(uid), visit);
    life->checker().tell(&Guarantee::closed, life->number(), gone.id());
  });
}

// What ended on the way is told of its end at once, and has nothing here; nor has what goes on
// elsewhere at once.
void EntryHandler::come_back(FrontendSession& session) {
  const std::string uid = session.uid();
  const auto visit = static_cast<Visit>(session.get("visit").as_integer());
  checker().tell(&Guarantee::moved, life().number(), std::string_view(server().id()),
                 std::string_view(uid), session.id(), visit);
  tell_end(session, uid, visit);
  server().sleep(1ms).then([life = keep_life(), session, uid, visit](Result<void> slept) {
    if (slept.ok() && !session.closed() && !session.state().handed)
      life->checker().tell(&Guarantee::bound, life->number(), std::string_view(life->server().id()),
                           std::string_view(uid), visit);
  });
  if (!life().arena().rules().clubs) return;
  const Json* const hops = session.find("hops");
  session.set("hops", hops == nullptr ? 1 : hops->as_integer() + 1);
  const ClubGuest guest = club_guest(session, visit);
  server()
      .stay_joined<&ClubRemote::join, &ClubRemote::leave>(session, guest)
      .then([life = keep_life(), guest, session](Result<Done> joined) {
        if (joined.ok() && !session.state().handed)
          life->checker().tell(&Guarantee::stays, life->number(), guest.visit,
                               std::string_view(guest.club));
      });
}

Task<void> EntryHandler::bind(FrontendSession session, std::string uid, std::string kind,
                              Visit visit) {
  if (life().arena().rules().rivals())
    checker().tell(&Guarantee::claimed, life().number(), visit,
                   std::string_view(uid + " (" + kind + ")"));
  auto bound = session.bind(uid, kind);
  co_await bound;
  checker().tell(&Guarantee::bound, life().number(), std::string_view(server().id()),
                 std::string_view(uid), visit);
}

ClubGuest EntryHandler::club_guest(const FrontendSession& session, Visit visit) {
  const Json* const hops = session.find("hops");
  return {
      visit,         life().number(), hops == nullptr ? 0 : static_cast<int>(hops->as_integer()),
      session.uid(), server().id(),   club_of(session.get("rid").as_string())};
}

// It stays there until the session ends, maybe while it joins. Whoever does not get in stays
// without.
Task<void> EntryHandler::join_club(FrontendSession session, Visit visit) {
  const ClubGuest guest = club_guest(session, visit);
  auto joined = server().stay_joined<&ClubRemote::join, &ClubRemote::leave>(session, guest);
  try {
    co_await joined;
    checker().tell(&Guarantee::stays, life().number(), visit, std::string_view(guest.club));
  } catch (const Error& error) {
    if (!session.closed()) checker().tell(&Guarantee::call_failed, visit, error.code);
  }
}

// The hall may be away; whoever is logged in stays so.
Task<void> EntryHandler::welcome(FrontendSession session) {
  const Welcome welcome{life().arena().new_call(), session.uid()};
  auto welcomed = server().rpc<&HallRemote::welcome>(session, welcome);
  try {
    const Done answer = co_await welcomed;
    checker().tell(&Guarantee::echoed, Visit{0}, static_cast<Number>(welcome.call), answer.visit,
                   answer.number);
  } catch (const Error& error) {
    if (!HallRemote::is_slow(welcome.call))
      checker().tell(&Guarantee::call_failed, welcome.call, error.code);
  }
}

Task<Done> EntryHandler::rebind(FrontendSession& session, const Ask& ask) {
  const Running running(keep_life());
  begin(session, ask);
  const std::string uid = session.uid();
  checker().tell(&Guarantee::unbound, life().number(), std::string_view(uid), ask.visit);
  auto gone = session.unbind(uid);
  co_await gone;
  auto bound = bind(session, uid, session.get("kind").as_string(), ask.visit);
  co_await bound;
  co_return done(ask);
}

// With all that this server has of the uid.
void EntryHandler::kick_uid(FrontendSession& session, const Ask& ask) {
  begin(session, ask);
  server().sessions().kick(session.uid(), "all of " + session.uid());
}

// Each server that can be asked answers for itself.
Task<Done> EntryHandler::hail_all(FrontendSession& session, const Ask& ask) {
  const Running running(keep_life());
  begin(session, ask);
  const Welcome hail{life().arena().new_call(), session.uid()};
  auto asked = server().rpc_all<&HallRemote::hail>(hail);
  const std::vector<Result<Done>> answers = co_await asked;
  for (const Result<Done>& answer : answers)
    if (answer.ok())
      checker().tell(&Guarantee::echoed, Visit{0}, static_cast<Number>(hail.call), answer->visit,
                     answer->number);
    else
      checker().tell(&Guarantee::call_failed, hail.call, answer.error().code);
  co_return done(ask);
}

Done EntryHandler::look(FrontendSession& session, const Ask& ask) {
  begin(session, ask);
  return done(ask);
}

void EntryHandler::look_away(FrontendSession& session, const Ask& ask) { begin(session, ask); }

Done EntryHandler::logout(FrontendSession& session, const Ask& ask) {
  begin(session, ask);
  session.logout();
  return done(ask);
}

void EntryHandler::count(FrontendSession& session, const Ask& ask, Reply<Done> reply) {
  begin(session, ask);
  answer_between(session, ask, std::move(reply));
}

}  // namespace shaddock::game
