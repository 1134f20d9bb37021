#include "membership.h"

namespace shaddock::game {

namespace {

// News of an end travel for so long at most: over a link, or by the master.
constexpr sim::Instant kNewsTravel{400'000};

}  // namespace

void Membership::joined(Life life, SessionId session, Visit visit) {
  sessions_[session] = {life, visit};
}

void Membership::closed(Life, SessionId session) {
  const auto at = sessions_.find(session);
  if (at == sessions_.end()) return;
  ended_.emplace(at->second.visit, findings_.now());
  sessions_.erase(at);
}

void Membership::moved(Life life, std::string_view, std::string_view, SessionId session,
                       Visit visit) {
  std::erase_if(sessions_, [visit](const auto& one) { return one.second.visit == visit; });
  ended_.erase(visit);
  joined(life, session, visit);
}

void Membership::died(Life life) {
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    const auto next = std::next(at);
    if (at->second.frontend == life) closed(life, at->first);
    at = next;
  }
}

void Membership::missed(Life life, SessionId session, Visit visit, std::string_view room) {
  if (sessions_.contains(session))
    findings_.add("MEMBER", name(visit),
                  "is no member of " + std::string(room) + " in life " + std::to_string(life) +
                      ", and has not left or ended");
}

void Membership::lingered(Life life, SessionId, Visit visit, std::string_view room) {
  findings_.add("MEMBER", name(visit),
                "is still a member of " + std::string(room) + " in life " + std::to_string(life) +
                    ", and has left");
}

void Membership::pushed(PushId push, const std::vector<Target>& targets) {
  if (!links_live_) return;
  for (const Target& target : targets) {
    const auto at = ended_.find(target.visit);
    if (at != ended_.end() && findings_.now() - at->second > kNewsTravel)
      findings_.add("MEMBER", name(target.visit),
                    "ended long ago, and " + name(push) + " is for it");
  }
}

}  // namespace shaddock::game
