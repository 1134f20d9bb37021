#include "endings.h"

namespace shaddock::game {

void Endings::joined(Life life, SessionId session, Visit visit) {
  State& state = sessions_[session];
  if (state.frontend != 0)
    findings_.add("G6", name(visit), "has the id of an earlier session: " + to_string_id(session));
  state.frontend = life;
  state.visit = visit;
  by_visit_[visit] = session;
}

Endings::State& Endings::present(SessionId session) {
  State* state = &sessions_[session];
  while (state->moved_to != 0) state = &sessions_[state->moved_to];
  return *state;
}

void Endings::moved(Life life, std::string_view frontend, std::string_view, SessionId session,
                    Visit visit) {
  const auto earlier = by_visit_.find(visit);
  if (earlier != by_visit_.end()) {
    State& old = sessions_[earlier->second];
    old.moved_to = session;
    sessions_[session].ended_before = old.closes > 0;
    sessions_[session].kicked_by = old.kicked_by;
  }
  if (const auto at = under_way_.find(visit); at != under_way_.end() && at->second == frontend)
    under_way_.erase(at);
  joined(life, session, visit);
}

void Endings::closed(Life, SessionId session) {
  if (++sessions_[session].closes > 1)
    findings_.add("G5", "session " + to_string_id(session), "closed again");
}

void Endings::kick_done(Life life, SessionId session) {
  sessions_[session].kicked_by.insert(life);
  State& state = present(session);
  state.kicked_by.insert(life);
  if (under_way_.contains(state.visit)) return;
  if (state.frontend != 0 && state.closes == 0 && !dead_.contains(state.frontend))
    findings_.add("G9", "session " + to_string_id(session),
                  "is open after its kick was acknowledged");
}

void Endings::started(Life life, SessionId session, Visit visit, Number number) {
  const auto at = sessions_.find(session);
  if (at == sessions_.end()) return;
  const State& state = at->second;
  if (state.ended_before)
    findings_.add("G5", name(visit, number), "started elsewhere after its session closed");
  if (state.closes > 0 && state.frontend == life)
    findings_.add("G5", name(visit, number), "started on its frontend after its session closed");
  if (state.kicked_by.contains(life) || (!state.kicked_by.empty() && state.frontend == life))
    findings_.add("G9", name(visit, number), "started after the kick was acknowledged");
}

void Endings::kicked(Visit visit, std::string_view reason) {
  const auto says = [reason](const std::string& text) {
    return reason.find('"' + text + '"') != std::string_view::npos;
  };
  const bool by_login = says("logged in elsewhere") || says("login not confirmed");  // SingleOwner
  if (!by_login && !says(std::to_string(visit)) && !says("all of " + uids_[visit]))
    findings_.add("G9", name(visit), "was told of a kick for another: " + std::string(reason));
}

}  // namespace shaddock::game
