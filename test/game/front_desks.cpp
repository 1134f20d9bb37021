#include "front_desks.h"

#include "back_desks.h"

namespace shaddock::game {

// The same uid goes to the same connector while all are up.
Entry GateHandler::query_entry(FrontendSession&, const Where& who) {
  ServerList up;
  for (const ServerInfo& one : server().servers_by_type("connector"))
    if (one.up()) up.push_back(one);
  const ServerInfo& chosen = dispatch(who.uid, up);
  return {chosen.id, chosen.host_for_clients(), chosen.client_port};
}

Task<Done> EntryHandler::login(FrontendSession& session, const Login& who) {
  const Running running(keep_life());
  begin(session, who);
  checker().tell(&Guarantee::joined, life().number(), session.id(), who.visit);
  session.on_close([life = keep_life(), who](FrontendSession& gone) {
    life->checker().tell(&Guarantee::unbound, life->number(), std::string_view(who.uid), who.visit);
    life->checker().tell(&Guarantee::closed, life->number(), gone.id());
  });
  session.set("rid", who.room);
  session.set("visit", who.visit);
  auto bound = session.bind(who.uid);
  co_await bound;
  checker().tell(&Guarantee::bound, life().number(), std::string_view(server().id()),
                 std::string_view(who.uid), who.visit);

  const Welcome welcome{life().arena().new_call(), who.uid};
  auto welcomed = server().rpc<&HallRemote::welcome>(session, welcome);
  try {
    const Done answer = co_await welcomed;
    checker().tell(&Guarantee::echoed, Visit{0}, static_cast<Number>(welcome.call), answer.visit,
                   answer.number);
  } catch (const Error& error) {
    // The hall may be away; whoever is logged in stays so.
    if (!HallRemote::is_slow(welcome.call))
      checker().tell(&Guarantee::call_failed, welcome.call, error.code);
  }
  co_return done(who);
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
