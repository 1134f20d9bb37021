#pragma once

#include <map>
#include <set>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// G1: messages of one session start on one server in the order in which they were sent. What is
// still under way on a link that its frontend has lost (the client was told so: 522) may start
// late, when the session has gone on elsewhere.
class RequestOrder final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void answered(Visit visit, Number number, int code) override;
  void started(Life life, SessionId session, Visit visit, Number number) override;

 private:
  struct Started {
    Number number = 0;
    SessionId session = 0;
  };
  std::map<std::pair<Visit, Life>, Started> last_;
  std::set<std::pair<Visit, Number>> lost_;
};

}  // namespace shaddock::game
