#pragma once

#include <map>
#include <set>
#include <string>

#include "guarantee.h"

namespace shaddock::game {

// G7: with single login a uid, as one kind of connection, has one owner at most among all servers
// of a type, and never are two of them served. The loser is told: by a kick, or by 409; and only
// somebody who has lost is.
//
//   claimed ... bound ............... unbound, or the frontend died
//               |---- owns it ----|
//
// Nobody owns it while another one does whose frontend is awake. One that is frozen or cut off may
// still believe that it owns what was given to others meanwhile; then it serves nobody before it
// has found out.
class SingleOwner final : public Guarantee {
 public:
  SingleOwner(Findings& findings, bool calm) : Guarantee(findings), calm_(calm) {}

  void claimed(Life life, Visit visit, std::string_view login) override;
  void bound(Life life, std::string_view frontend, std::string_view uid, Visit visit) override;
  void turned_to(Visit visit, std::string_view frontend) override;
  void unbound(Life life, std::string_view uid, Visit visit) override;
  void died(Life life) override;
  void started(Life life, SessionId session, Visit visit, Number number) override;
  void answered(Visit visit, Number number, int code) override;
  void kicked(Visit visit, std::string_view reason) override;
  void ended(Visit visit, std::string_view why) override;
  void healed() override { calm_ = true; }
  void settled(const std::vector<std::pair<Life, LinkNumber>>& links) override;

 private:
  struct Claim {
    Life life;
    std::string login;
    sim::Instant asked, over{0};  // over: 0 while it asks or owns
    bool owns = false;
  };
  using Claims = std::map<Visit, Claim>;
  void give_up(Visit visit, Claim& claim);
  void oust(Visit old, const Claim& claim, Visit by);
  void lost(Visit visit);
  // Somebody else who wanted the same between that moment and now.
  bool has_rival(Visit visit, const Claim& claim, sim::Instant since) const;

  bool calm_;
  Claims claims_;
  std::map<std::string, std::set<Visit>> by_login_;
  std::map<Life, sim::Instant> awake_;        // when it last served anybody
  std::map<Life, std::set<Visit>> deprived_;  // who owns nothing any more, and may not know it
  std::set<Visit> lost_, silently_;           // lost it to another; only saw the connection end
};

}  // namespace shaddock::game
