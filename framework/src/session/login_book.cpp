#include "session/login_book.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace shaddock::session {

LoginBook::LoginBook(LoginBookEvents& events, std::string self, bool kick_old, std::uint64_t seed)
    : events_(events), self_(std::move(self)), kick_old_(kick_old), owners_(0, Hash{seed}) {
  frontends_[self_].heard = true;
}

void LoginBook::begin() {
  owners_.clear();
  for (auto& [id, frontend] : frontends_) {
    frontend.heard = id == self_;
    frontend.lease = net::TimePoint::max();
  }
  while (!waiting_.empty())
    refuse(waiting_.begin(), Error(code::kNoServer, "the list of frontends has changed"));
}

// An earlier life than the one that is known changes nothing.
LoginBook::Frontends::value_type& LoginBook::life(const std::string& frontend,
                                                  std::uint64_t incarnation) {
  auto& known = *frontends_.try_emplace(frontend).first;
  if (frontend != self_ && incarnation > known.second.incarnation) {
    forget(known);
    known.second = {};
    known.second.incarnation = incarnation;
  }
  return known;
}

void LoginBook::see(const std::string& frontend, std::uint64_t incarnation, bool up) {
  auto& known = life(frontend, incarnation);
  if (known.second.incarnation == incarnation) known.second.up = up;
  proceed();
}

void LoginBook::linked(const std::string& frontend, std::uint64_t incarnation) {
  auto& known = life(frontend, incarnation);
  if (known.second.incarnation == incarnation) known.second.linked = true;
  proceed();
}

void LoginBook::unlinked(const std::string& frontend, std::uint64_t incarnation) {
  auto& known = life(frontend, incarnation);
  if (known.second.incarnation == incarnation) known.second.linked = false;
  proceed();
}

void LoginBook::died(const std::string& frontend, std::uint64_t incarnation) {
  auto& known = life(frontend, incarnation);
  if (frontend == self_ || known.second.incarnation > incarnation) return;
  forget(known);
  known.second = {};
  known.second.incarnation = incarnation;
  proceed();
}

void LoginBook::begin_claims(const std::string& frontend) {
  auto& known = *frontends_.try_emplace(frontend).first;
  forget(known);
  known.second.heard = false;
}

void LoginBook::add(const std::string& frontend, const std::string& key, SessionId session) {
  auto& known = *frontends_.try_emplace(frontend).first;
  const auto [at, added] = owners_.try_emplace(key, Owner{&known.first, session});
  // Two owners at once: the one who was here first stays, whatever the policy.
  if (!added && at->second.session != session) events_.ask_owner(frontend, key, session, true);
}

void LoginBook::end_claims(const std::string& frontend, net::TimePoint now) {
  Frontend& known = frontends_[frontend];
  known.heard = true;
  known.lease = now + kHolderLease;
  proceed();
}

bool LoginBook::renew(const std::string& frontend, net::TimePoint now) {
  const auto at = frontends_.find(frontend);
  if (at == frontends_.end() || !at->second.heard) return false;
  at->second.lease = now + kHolderLease;
  return true;
}

void LoginBook::look(net::TimePoint now) {
  for (auto& one : frontends_) {
    if (!one.second.heard || one.first == self_ || now < one.second.lease) continue;
    one.second.lease = net::TimePoint::max();
    forget(one);
  }
  proceed();
}

bool LoginBook::ready() const {
  return std::all_of(frontends_.begin(), frontends_.end(), [](const auto& one) {
    return one.second.heard || !(one.second.up || one.second.linked);
  });
}

SessionId LoginBook::owner(const std::string& key) const {
  const auto at = owners_.find(key);
  return at == owners_.end() ? 0 : at->second.session;
}

// Whoever is told may come back with something new at once, so that is the last thing each of these
// does.
void LoginBook::claim(LoginClaim claim) {
  const Error taken(code::kTaken, "another login of the same uid is under way");
  auto at = waiting_.find(claim.key);
  if (at == waiting_.end()) {
    if (waiting_.size() >= kMostWaiting) return claim.done(Error(code::kShed, "too many logins"));
    at = waiting_.try_emplace(claim.key).first;
  }
  std::optional<LoginClaim>& first = at->second.claim;
  if (first && first->session != claim.session && !kick_old_) return claim.done(taken);
  std::optional<LoginClaim> before = std::exchange(first, std::move(claim));
  proceed(at);
  if (before) before->done(taken);
}

void LoginBook::freed(const std::string& key, SessionId session) {
  const auto owner = owners_.find(key);
  if (owner != owners_.end() && owner->second.session == session) owners_.erase(owner);
  const auto at = waiting_.find(key);
  if (at == waiting_.end()) return;
  std::optional<LoginClaim> gone;
  if (at->second.claim && at->second.claim->session == session) gone.swap(at->second.claim);
  proceed(at);
  if (gone) gone->done(Error(code::kFailed, "the session has gone"));
}

void LoginBook::told(const std::string& key, SessionId session, Told what) {
  const auto owner = owners_.find(key);
  if (what == Told::gone && owner != owners_.end() && owner->second.session == session)
    owners_.erase(owner);
  const auto at = waiting_.find(key);
  if (at == waiting_.end()) return;
  if (at->second.asked == session) at->second.asked = 0;
  if (what == Told::nothing) return;
  if (what == Told::kept && at->second.claim && at->second.claim->session != session)
    return refuse(at, Error(code::kTaken, "the uid is logged in elsewhere"));
  proceed(at);
}

// Its claims will not be answered by anybody else; what it owned is free.
void LoginBook::forget(Frontends::value_type& frontend) {
  std::erase_if(owners_, [&](const auto& one) { return one.second.frontend == &frontend.first; });
  for (auto& [key, wait] : waiting_)
    if (wait.claim && wait.claim->frontend == frontend.first) wait.claim.reset();
}

void LoginBook::proceed() {
  if (waiting_.empty() || !ready()) return;
  std::vector<std::string> keys;
  for (const auto& [key, wait] : waiting_) keys.push_back(key);
  for (const std::string& key : keys)
    if (const auto at = waiting_.find(key); at != waiting_.end()) proceed(at);
}

void LoginBook::proceed(Waits::iterator at) {
  Wait& wait = at->second;
  if (!wait.claim) {
    if (wait.asked == 0) waiting_.erase(at);
    return;
  }
  if (!ready()) return;
  const auto owner = owners_.find(at->first);
  if (owner == owners_.end() || owner->second.session == wait.claim->session) return grant(at);
  if (wait.asked != 0) return;
  wait.asked = owner->second.session;
  events_.ask_owner(*owner->second.frontend, at->first, wait.asked, false);
}

void LoginBook::grant(Waits::iterator at) {
  LoginClaim claim = std::move(*at->second.claim);
  waiting_.erase(at);
  const auto& frontend = *frontends_.try_emplace(claim.frontend).first;
  owners_.insert_or_assign(claim.key, Owner{&frontend.first, claim.session});
  claim.done({});
}

void LoginBook::refuse(Waits::iterator at, Error error) {
  std::optional<LoginClaim> claim = std::move(at->second.claim);
  waiting_.erase(at);
  if (claim) claim->done(std::move(error));
}

}  // namespace shaddock::session
