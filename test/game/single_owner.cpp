#include "single_owner.h"

#include <shaddock/error.h>

#include <algorithm>

namespace shaddock::game {

namespace {

// Between the end of a lease for its owner, who would have noticed it, and for its holder.
constexpr sim::Instant kAsleep{1'500'000};
// A login may be under way for so long, on paths that are slow.
constexpr sim::Instant kLongLogin{20'000'000};
// Nobody is refused for one whose end is longer ago, when nothing is wrong.
constexpr sim::Instant kOver{1'000'000};

}  // namespace

void SingleOwner::claimed(Life life, Visit visit, std::string_view login) {
  claims_[visit] = {life, std::string(login), findings_.now()};
  by_login_[std::string(login)].insert(visit);
}

void SingleOwner::bound(Life life, std::string_view, std::string_view, Visit visit) {
  const auto at = claims_.find(visit);
  if (at == claims_.end()) return;
  deprived_[at->second.life].erase(visit);
  at->second.life = life;
  at->second.over = {};
  at->second.owns = true;
  for (const Visit other : by_login_[at->second.login])
    if (other != visit) oust(other, claims_.at(other), visit);
}

// On its way it is served nowhere, and somebody else may come for its uid.
void SingleOwner::turned_to(Visit visit, std::string_view) {
  if (const auto at = claims_.find(visit); at != claims_.end()) at->second.owns = false;
}

void SingleOwner::oust(Visit old, const Claim& claim, Visit by) {
  if (!claim.owns) {
    // It ended while the other one waited for that.
    if (claim.over > claims_.at(by).asked) lost(old);
    return;
  }
  if (awake_.contains(claim.life) && findings_.now() - awake_[claim.life] < kAsleep)
    findings_.add("G7", name(by),
                  "was given " + claim.login + ", which " + name(old) + " has, in life " +
                      std::to_string(claim.life));
  deprived_[claim.life].insert(old);
}

void SingleOwner::lost(Visit visit) {
  lost_.insert(visit);
  if (calm_ && silently_.contains(visit))
    findings_.add("G7", name(visit), "lost its uid to another, and was not told");
}

void SingleOwner::give_up(Visit visit, Claim& claim) {
  if (claim.over.count() != 0) return;
  claim.owns = false;
  claim.over = findings_.now();
  deprived_[claim.life].erase(visit);
}

void SingleOwner::unbound(Life, std::string_view, Visit visit) {
  if (const auto at = claims_.find(visit); at != claims_.end()) give_up(visit, at->second);
}

void SingleOwner::died(Life life) {
  for (auto& [visit, claim] : claims_)
    if (claim.life == life) give_up(visit, claim);
}

void SingleOwner::started(Life life, SessionId, Visit visit, Number number) {
  awake_[life] = findings_.now();
  const auto deprived = deprived_.find(life);
  if (deprived != deprived_.end() && !deprived->second.empty())
    findings_.add("G7", name(visit, number),
                  "started in life " + std::to_string(life) + ", where " +
                      name(*deprived->second.begin()) + " has what another was given");
}

bool SingleOwner::has_rival(Visit visit, const Claim& claim, sim::Instant since) const {
  const std::set<Visit>& all = by_login_.at(claim.login);
  return std::any_of(all.begin(), all.end(), [&](Visit other) {
    const sim::Instant over = claims_.at(other).over;
    return other != visit && (over.count() == 0 || over >= since);
  });
}

void SingleOwner::answered(Visit visit, Number number, int code) {
  if (code != code::kTaken) return;
  const auto at = claims_.find(visit);
  if (at == claims_.end())
    return findings_.add("G7", name(visit, number), "was refused a uid that many may have");
  if (calm_ && !has_rival(visit, at->second, at->second.asked - kOver))
    findings_.add("G7", name(visit), "was refused " + at->second.login + ", which is free");
}

void SingleOwner::kicked(Visit visit, std::string_view reason) {
  const auto at = claims_.find(visit);
  if (reason.find("logged in elsewhere") != std::string_view::npos &&
      (at == claims_.end() || !has_rival(visit, at->second, at->second.asked - kLongLogin)))
    findings_.add("G7", name(visit), "was kicked for another login, and there was none");
  if (calm_ && reason.find("login not confirmed") != std::string_view::npos)
    findings_.add("G7", name(visit), "was not confirmed, and nothing was wrong");
}

void SingleOwner::ended(Visit visit, std::string_view why) {
  if (why != "closed by the server") return;
  silently_.insert(visit);
  if (lost_.contains(visit)) lost(visit);
}

void SingleOwner::settled(const std::vector<std::pair<Life, LinkNumber>>&) {
  for (const auto& [life, visits] : deprived_)
    for (const Visit visit : visits)
      findings_.add("G7", name(visit),
                    "still has " + claims_.at(visit).login + ", which another was given");
}

}  // namespace shaddock::game
