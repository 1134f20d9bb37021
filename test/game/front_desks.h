#pragma once

#include <shaddock/shaddock.h>

#include "desk.h"

namespace shaddock::game {

// Of gates: tells where to go.
class GateHandler final : Desk {
 public:
  using Desk::Desk;
  Entry query_entry(FrontendSession& session, const Where& who);
};

// Of connectors: logs in, and does a few things on the spot.
class EntryHandler final : Desk {
 public:
  using Desk::Desk;
  Task<Done> login(FrontendSession& session, const Login& who);
  // Its session has come from another connector, where nothing of it is left.
  void come_back(FrontendSession& session);
  Done look(FrontendSession& session, const Ask& ask);
  void look_away(FrontendSession& session, const Ask& ask);  // a notification
  // Gives its uid back, and asks for it again.
  Task<Done> rebind(FrontendSession& session, const Ask& ask);
  void kick_uid(FrontendSession& session, const Ask& ask);
  Task<Done> hail_all(FrontendSession& session, const Ask& ask);
  Done logout(FrontendSession& session, const Ask& ask);
  // Pushes, answers and pushes, some time later.
  void count(FrontendSession& session, const Ask& ask, Reply<Done> reply);

 private:
  ClubGuest club_guest(const FrontendSession& session, Visit visit);
  void tell_end(FrontendSession& session, const std::string& uid, Visit visit);
  Task<void> bind(FrontendSession session, std::string uid, std::string kind, Visit visit);
  Task<void> join_club(FrontendSession session, Visit visit);
  Task<void> welcome(FrontendSession session);
};

}  // namespace shaddock::game
