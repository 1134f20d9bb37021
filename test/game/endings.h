#pragma once

#include <map>
#include <set>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// G5: a session closes once, and no handler of its frontend starts for it afterwards. One that goes
// on at another frontend may end at both, if it does so before anything of it starts there.
// G6: no two sessions have the same id.
// G9: a kick is final: after its acknowledgement nothing of that session starts on the server that
// kicked it, nor on its frontend, where it is closed. The one who is told is the one who was meant.
class Endings final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void opened(Visit visit, std::string_view uid, std::string_view) override { uids_[visit] = uid; }
  void kicked(Visit visit, std::string_view reason) override;
  void started(Life life, SessionId session, Visit visit, Number number) override;
  void joined(Life life, SessionId session, Visit visit) override;
  void turned_to(Visit visit, std::string_view frontend) override { under_way_[visit] = frontend; }
  void moved(Life life, std::string_view frontend, std::string_view uid, SessionId session,
             Visit visit) override;
  void closed(Life life, SessionId session) override;
  void kick_done(Life life, SessionId session) override;
  void died(Life life) override { dead_.insert(life); }

 private:
  struct State {
    Life frontend = 0;
    Visit visit = 0;
    int closes = 0;
    std::set<Life> kicked_by;
    SessionId moved_to = 0;     // another frontend
    bool ended_before = false;  // where it came from
  };
  // Where it is now.
  State& present(SessionId session);
  std::map<SessionId, State> sessions_;
  std::map<Visit, SessionId> by_visit_;     // the last of each
  std::map<Visit, std::string> under_way_;  // to that frontend: ends are passed on to there
  std::map<Visit, std::string> uids_;
  std::set<Life> dead_;
};

}  // namespace shaddock::game
