#pragma once

#include <map>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// G1: messages of one session start on one server in the order in which they were sent.
class RequestOrder final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void started(Life life, SessionId session, Visit visit, Number number) override;

 private:
  std::map<std::pair<Visit, Life>, Number> last_;
};

}  // namespace shaddock::game
