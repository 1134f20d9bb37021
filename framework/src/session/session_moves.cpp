#include "session/session_moves.h"

#include <utility>

#include "session/moved_session.h"

namespace shaddock::session {

void SessionMoves::add(const MovedSession& moved) { add(moved.from, {moved.frontend, moved.to}); }

void SessionMoves::end(SessionId id) { add(id, {}); }

bool SessionMoves::ended(SessionId id) const {
  const auto at = moves_.find(id);
  return at != moves_.end() && at->second.id == 0;
}

void SessionMoves::add(SessionId from, Move move) {
  if (!moves_.try_emplace(from, std::move(move)).second) return;
  order_.push_back(from);
  if (order_.size() <= kMost) return;
  moves_.erase(order_.front());
  order_.pop_front();
}

SessionMoves::Now SessionMoves::now(std::string_view frontend, SessionId id) const {
  Now now{frontend, id};
  for (int hops = 0; hops < kMostHops; ++hops) {
    const auto at = moves_.find(now.id);
    if (at == moves_.end() || at->second.id == 0) break;
    now = {at->second.frontend, at->second.id};
  }
  return now;
}

}  // namespace shaddock::session
