#pragma once

#include <shaddock/shaddock.h>

#include "desk.h"

namespace shaddock::game {

// Of chat servers: rooms. Everybody in a room hears what is said there, and its bell each second.
class RoomHandler final : Desk {
 public:
  explicit RoomHandler(Server& server);
  Done enter(BackendSession& session, const Ask& ask);
  Done leave(BackendSession& session, const Ask& ask);
  Done say(BackendSession& session, const Ask& ask);
  void shout(BackendSession& session, const Ask& ask);         // a notification
  Done write_letter(BackendSession& session, const Ask& ask);  // to the uid of somebody in the room
  Done cry(BackendSession& session, const Ask& ask);           // to everybody everywhere
  Task<Done> think(BackendSession& session, const Ask& ask);   // for a while
  // Pushes, answers and pushes, some time later.
  void count(BackendSession& session, const Ask& ask, Reply<Done> reply);
  Task<Done> kick_me(BackendSession& session, const Ask& ask);

 private:
  Channel& room_of(const Session& session);
  void ring();
  void look_around();
  void tell_who_is_here();
};

// Of chat servers: writes one of the session's papers, which one its name says.
template <int paper>
class PaperHandler final : Desk {
 public:
  using Desk::Desk;
  Task<Done> write(BackendSession& session, const Ask& ask);
};

// What connectors may call.
class HallRemote final : Desk {
 public:
  using Desk::Desk;
  Task<Done> welcome(const Welcome& who);
  Done hail(const Welcome& who);  // all of them are asked at once
  static bool is_slow(std::uint64_t call) { return call % 50 == 0; }
};

template <int paper>
Task<Done> PaperHandler<paper>::write(BackendSession& session, const Ask& ask) {
  const Running running(keep_life());
  begin(session, ask);
  session.set(kPapers[paper], ask.value.value_or(0));
  session.set(kCopies[paper], ask.value.value_or(0));
  auto pushed = session.push_all();
  co_await pushed;
  co_return done(ask);
}

}  // namespace shaddock::game
