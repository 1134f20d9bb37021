#pragma once

#include <shaddock/session.h>

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

// Where the sessions are that moved to other frontends lately: a handler that began before may
// still speak of one by the id that it had. Ids come never again, so that an old entry does no
// harm; the oldest of too many is forgotten. And which have ended lately: the new frontend's word
// of that may overtake the old one's of the move.
namespace shaddock::session {

struct MovedSession;

class SessionMoves {
 public:
  struct Now {
    std::string_view frontend;  // the caller's, or good until the next add()
    SessionId id = 0;
  };

  void add(const MovedSession& moved);
  void end(SessionId id);
  bool ended(SessionId id) const;
  Now now(std::string_view frontend, SessionId id) const;

  static constexpr std::size_t kMost = 8192;
  static constexpr int kMostHops = 16;  // of one session; also ends a circle that a peer has made

 private:
  struct Move {
    std::string frontend;
    SessionId id = 0;  // 0: it has ended
  };
  void add(SessionId from, Move move);

  std::unordered_map<SessionId, Move> moves_;  // by the earlier id
  std::deque<SessionId> order_;                // the oldest first
};

}  // namespace shaddock::session
