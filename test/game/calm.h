#pragma once

#include <shaddock/error.h>

#include <map>
#include <set>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// Where nothing goes wrong, or no more, nothing fails: every answer to what is asked then is 200.
// While servers are restarted as planned, 523 may be one, too: what was in hand took so long that a
// request gave up waiting for the next life, and has not run. Nothing is lost (522, 521) even then.
// Only whoever logs out while its requests are under way may hear that the session is no more, and
// who asks for a long thought that it took too long. Whoever is kicked is told so.
class Calm final : public Guarantee {
 public:
  Calm(Findings& findings, bool from_the_start, bool restarts = false)
      : Guarantee(findings), calm_(from_the_start || restarts), restarts_(restarts) {}

  void healed() override {
    calm_ = true;
    restarts_ = false;
  }
  void asked(Visit visit, Number number) override {
    if (calm_) asked_.insert({visit, number});
  }
  void answered(Visit visit, Number number, int code) override {
    if (asked_.erase({visit, number}) == 0 || waited_in_vain(code)) return;
    const bool may_be_late = code == code::kTimeout && thinking_.contains({visit, number});
    const bool refused = code == code::kTaken;  // SingleOwner looks whether it should be
    if (code != code::kOk && !may_be_late && !refused && !logged_out_.contains(visit))
      findings_.add("CALM", name(visit, number),
                    "answered " + std::to_string(code) + ", and nothing was wrong");
  }
  void call_failed(std::uint64_t call, int code) override {
    if (calm_ && !waited_in_vain(code))
      findings_.add("CALM", "call " + std::to_string(call),
                    "ended with " + std::to_string(code) + ", and nothing was wrong");
  }
  void will_think(Visit visit, Number number, sim::Instant) override {
    thinking_.insert({visit, number});
  }
  void joined(Life, SessionId session, Visit visit) override { visits_[session] = visit; }
  void moved(Life, std::string_view, std::string_view, SessionId session, Visit visit) override {
    visits_[session] = visit;
  }
  void kick_done(Life, SessionId session) override {
    const auto visit = visits_.find(session);
    if (visit == visits_.end()) return;
    if (calm_) kicked_.insert(visit->second);
    if (closed_by_server_.contains(visit->second)) not_told(visit->second);
  }
  void ended(Visit visit, std::string_view why) override {
    if (!calm_ || why != "closed by the server") return;
    closed_by_server_.insert(visit);
    if (kicked_.contains(visit)) not_told(visit);
  }
  void logged_out(Visit visit) override { logged_out_.insert(visit); }

 private:
  bool waited_in_vain(int code) const { return restarts_ && code == code::kDraining; }
  void not_told(Visit visit) {
    findings_.add("G9", name(visit), "was kicked, and only saw its connection end");
  }

  bool calm_, restarts_;
  std::set<std::pair<Visit, Number>> asked_;  // since it is calm
  std::set<Visit> logged_out_, kicked_, closed_by_server_;
  std::map<SessionId, Visit> visits_;
  std::set<std::pair<Visit, Number>> thinking_;
};

}  // namespace shaddock::game
