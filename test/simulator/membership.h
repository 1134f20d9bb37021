#pragma once

#include <map>
#include <string>

#include "guarantee.h"

namespace shaddock::simulator {

// What channels promise: a session is a member until it leaves or ends, by itself or with its
// frontend, whatever happens to others.
class Membership final : public Guarantee {
 public:
  using Guarantee::Guarantee;

  void joined(Life life, SessionId session, Visit) override { frontends_[session] = life; }
  void closed(Life, SessionId session) override { frontends_.erase(session); }
  void died(Life life) override {
    std::erase_if(frontends_, [&](const auto& one) { return one.second == life; });
  }
  void missed(Life life, SessionId session, Visit visit, std::string_view room) override {
    if (frontends_.contains(session))
      findings_.add("MEMBER", name(visit),
                    "is no member of " + std::string(room) + " in life " + std::to_string(life) +
                        ", and has not left or ended");
  }

 private:
  std::map<SessionId, Life> frontends_;  // of sessions that have not ended
};

}  // namespace shaddock::simulator
