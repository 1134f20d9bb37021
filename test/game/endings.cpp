#include "endings.h"

namespace shaddock::game {

void Endings::joined(Life life, SessionId session, Visit visit) {
  State& state = sessions_[session];
  if (state.frontend != 0)
    findings_.add("G6", name(visit), "has the id of an earlier session: " + to_string_id(session));
  state.frontend = life;
}

void Endings::closed(Life, SessionId session) {
  if (++sessions_[session].closes > 1)
    findings_.add("G5", "session " + to_string_id(session), "closed again");
}

void Endings::kick_done(Life life, SessionId session) {
  State& state = sessions_[session];
  state.kicked_by.insert(life);
  if (state.frontend != 0 && state.closes == 0 && !dead_.contains(state.frontend))
    findings_.add("G9", "session " + to_string_id(session),
                  "is open after its kick was acknowledged");
}

void Endings::started(Life life, SessionId session, Visit visit, Number number) {
  const auto at = sessions_.find(session);
  if (at == sessions_.end()) return;
  const State& state = at->second;
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
