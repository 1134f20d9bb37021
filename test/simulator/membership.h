#pragma once

#include <set>
#include <string>

#include "guarantee.h"

namespace shaddock::simulator {

// What channels promise: a session is a member until it leaves or ends, whatever happens to others.
class Membership final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void closed(Life, SessionId session) override { ended_.insert(session); }
  void missed(Life life, SessionId session, Visit visit, std::string_view room) override {
    if (!ended_.contains(session))
      findings_.add("MEMBER", name(visit),
                    "is no member of " + std::string(room) + " in life " + std::to_string(life) +
                        ", and has not left or ended");
  }

 private:
  std::set<SessionId> ended_;
};

}  // namespace shaddock::simulator
