#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// G13: the members of a channel are the living sessions that have joined it: nobody twice, nobody
// who is dead for longer than news take, and where stay_joined() keeps them (clubs) nobody missing,
// also after the server of the club has started again. Held where links live, and everywhere when
// all faults are healed.
class Attendance final : public Guarantee {
 public:
  Attendance(Findings& findings, bool links_live, sim::Instant news)
      : Guarantee(findings), strict_(links_live), news_(news) {}

  void opened(Visit visit, std::string_view uid, std::string_view frontend) override;
  void turned_to(Visit visit, std::string_view frontend) override;
  void joined(Life life, SessionId session, Visit visit) override;
  void stays(Life life, Visit visit, std::string_view club) override;
  void closed(Life life, SessionId session) override;
  void moved(Life life, std::string_view frontend, std::string_view uid, SessionId session,
             Visit visit) override;
  void died(Life life) override;
  void healed() override { strict_ = true; }
  void attended(Life life, std::string_view channel, const std::vector<Member>& members) override;

 private:
  struct Guest {
    std::string uid, frontend;
    std::string club;  // empty: none
    Life life = 0;     // of its frontend
    sim::Instant since{0};
  };
  struct Name {  // of a session, or of all that a uid has on a frontend
    int living = 0;
    sim::Instant last{0};  // when the last one ended
  };
  using Key = std::pair<std::string, std::string>;  // uid and frontend; or the session
  static Key key_of(const Member& member);
  void note_company(Visit visit);
  bool is_old(sim::Instant when) const { return findings_.now() - when > news_; }
  void look_for_dead(Life life, std::string_view channel, const std::vector<Member>& members);
  void look_for_missing(Life life, std::string_view channel, const std::vector<Member>& members);

  bool strict_;
  const sim::Instant news_;
  std::map<Visit, Guest> guests_;         // whose sessions have not ended
  std::map<SessionId, Visit> sessions_;   // of them
  std::map<Key, Name> names_;             // that members may have
  // One of several sessions that a uid has on a frontend comes from elsewhere or goes on: which of
  // them its members by uid are for only their next joins can say, and those may be lost.
  std::set<std::string> parted_;
  std::map<Life, sim::Instant> running_;  // servers of channels, since when they were seen
};

}  // namespace shaddock::game
