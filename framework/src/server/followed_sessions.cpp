#include "server/followed_sessions.h"

#include <utility>

#include "session/session_view.h"

namespace shaddock::server {

// Followers may remove what they are called for: it stays until the last of them has returned.
class FollowedSessions::Inside {
 public:
  explicit Inside(FollowedSessions& owner) : owner_(owner) { ++owner_.inside_; }
  ~Inside() {
    if (--owner_.inside_ == 0) owner_.removed_.clear();
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  FollowedSessions& owner_;
};

FollowedSessions::FollowedSessions(net::Loop& loop, cluster::Mesh& mesh,
                                   const session::RouterTable& router)
    : loop_(loop), mesh_(mesh), router_(router) {}

FollowedSessions::~FollowedSessions() {
  for (auto& [number, followed] : all_) followed.session->followed = nullptr;
}

FollowedSession& FollowedSessions::add(std::shared_ptr<detail::FrontendState> session,
                                       std::string_view type, std::string_view service,
                                       std::string_view method,
                                       std::unique_ptr<Follower> follower) {
  FollowedSession& added = all_[++last_];
  added.number = last_;
  added.type = type;
  added.service = service;
  added.method = method;
  added.follower = std::move(follower);
  added.next = std::exchange(session->followed, &added);
  added.session = std::move(session);
  return added;
}

void FollowedSessions::remove(FollowedSession& followed) {
  if (followed.session == nullptr) return;
  FollowedSession** at = &followed.session->followed;
  while (*at != &followed) at = &(*at)->next;
  *at = followed.next;
  followed.session = nullptr;
  const Inside inside(*this);
  removed_.push_back(all_.extract(followed.number));
}

FollowedSession* FollowedSessions::find(std::uint64_t number) {
  const auto at = all_.find(number);
  return at == all_.end() ? nullptr : &at->second;
}

void FollowedSessions::servers_changed() {
  seen_ = 0;
  go_on();
}

void FollowedSessions::go_on() {
  if (!stepping_) step();
}

void FollowedSessions::step() {
  const Inside inside(*this);
  stepping_ = true;
  std::size_t looks = 0;
  auto at = all_.upper_bound(seen_);
  for (; at != all_.end() && looks < kLooks; ++looks) {
    if (!look(at->second, false)) break;
    seen_ = std::max(seen_, at->first);
    at = all_.upper_bound(seen_);
  }
  stepping_ = false;
  if (looks < kLooks || at == all_.end() || std::exchange(posted_, true)) return;
  loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    posted_ = false;
    go_on();
  });
}

cluster::Link* FollowedSessions::wanted(const FollowedSession& followed) const {
  const session::Candidates candidates = router_.candidates(followed.type);
  if (candidates.router == nullptr) return nullptr;
  cluster::Link* const here = followed.place.get();
  if (candidates.router->live && here != nullptr && here->refusal() == 0) return here;
  const session::SessionView view(*followed.session);
  const RouteParameter parameter(view);
  const Call call{followed.type, followed.service, followed.method, parameter, candidates.peers};
  const auto chosen = router_.choose(candidates, call);
  if (!chosen.ok()) return nullptr;
  cluster::Link* const link = mesh_.link(**chosen);
  if (link == nullptr || link == here) return link;
  return link->open() && link->refusal() == 0 ? link : nullptr;
}

bool FollowedSessions::look(FollowedSession& followed, bool urgent) {
  cluster::Link* const link = wanted(followed);
  return link == nullptr || link == followed.place.get() || move(followed, *link, urgent);
}

bool FollowedSessions::move(FollowedSession& followed, cluster::Link& link, bool urgent) {
  const Inside inside(*this);
  const cluster::LinkHandle from = std::exchange(followed.place, link.handle());
  if (followed.follower->move(followed, from, link, urgent)) return true;
  followed.place = from;
  return false;
}

bool FollowedSessions::bring(detail::FrontendState& session, std::string_view type,
                             cluster::Link& link) {
  const Inside inside(*this);
  for (FollowedSession* one = session.followed; one != nullptr; one = one->next) {
    if (one->place.get() == &link || one->session == nullptr || one->type != type) continue;
    if (wanted(*one) == &link && !move(*one, link, true)) return false;
  }
  return true;
}

// What moved meanwhile moves now: so it is known at its new place that it ends.
void FollowedSessions::end(detail::FrontendState& session) {
  if (session.followed == nullptr) return;
  const Inside inside(*this);
  while (FollowedSession* const one = session.followed) {
    look(*one, true);
    if (one->session == nullptr) continue;
    one->follower->end(*one);
    remove(*one);
  }
}

void FollowedSessions::forget(detail::FrontendState& session) {
  const Inside inside(*this);
  while (FollowedSession* const one = session.followed) {
    one->follower->forget(*one);
    remove(*one);
  }
}

}  // namespace shaddock::server
