#pragma once

#include <map>
#include <set>
#include <utility>

#include "guarantee.h"

namespace shaddock::simulator {

// G4: what one handler pushes to a session before and after its answer reaches the client before
// and after its answer.
class ProgramOrder final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void answered(Visit visit, Number number, int code) override;
  void heard(Visit visit, PushId push) override;
  void ended(Visit visit, std::string_view why) override;
  void framed(Visit visit, Number number, PushId before, PushId after) override;

 private:
  struct Visitor {
    std::map<Number, PushId> before;  // of requests that are not answered yet
    std::map<PushId, Number> after;   // the same requests
  };
  std::map<Visit, Visitor> visitors_;
};

}  // namespace shaddock::simulator
