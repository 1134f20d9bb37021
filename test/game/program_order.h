#pragma once

#include <map>
#include <set>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// G4: what one handler pushes to a session before and after its answer reaches the client before
// and after its answer. One that runs so long that its session has gone on elsewhere without it is
// answered later.
class ProgramOrder final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void asked(Visit visit, Number number) override;
  void answered(Visit visit, Number number, int code) override;
  void heard(Visit visit, PushId push) override;
  void logged_out(Visit visit) override { visitors_.erase(visit); }
  void ended(Visit visit, std::string_view why) override;
  void turned_to(Visit visit, std::string_view frontend) override;
  void framed(Visit visit, Number number, PushId before, PushId after) override;

 private:
  struct Visitor {
    std::set<Number> under_way;  // when it turned to another frontend last
    sim::Instant turned{0};
    std::set<Number> waiting;  // requests that are not answered yet; then, of these:
    std::map<Number, PushId> before;
    std::map<PushId, Number> after;
  };
  std::map<Visit, Visitor> visitors_;
};

}  // namespace shaddock::game
