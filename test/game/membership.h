#pragma once

#include <map>
#include <string>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// What channels promise: a session is a member until it leaves or ends and no longer, by itself or
// with its frontend, whatever happens to others. And where no link is lost but with its server, who
// has ended is a member no longer.
class Membership final : public Guarantee {
 public:
  Membership(Findings& findings, bool links_live) : Guarantee(findings), links_live_(links_live) {}

  void joined(Life life, SessionId session, Visit visit) override;
  void closed(Life life, SessionId session) override;
  void moved(Life life, std::string_view frontend, std::string_view uid, SessionId session,
             Visit visit) override;
  void died(Life life) override;
  void missed(Life life, SessionId session, Visit visit, std::string_view room) override;
  void lingered(Life life, SessionId session, Visit visit, std::string_view room) override;
  void pushed(PushId push, const std::vector<Target>& targets) override;

 private:
  struct Session {
    Life frontend;
    Visit visit;
  };
  const bool links_live_;
  std::map<SessionId, Session> sessions_;  // that have not ended
  std::map<Visit, sim::Instant> ended_;    // the others
};

}  // namespace shaddock::game
