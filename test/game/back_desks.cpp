#include "back_desks.h"

#include "game.h"
#include "server/running_server.h"

namespace shaddock::game {

namespace {

constexpr std::chrono::milliseconds kBell{1000}, kLook{250};

std::string name_of_room(const Session& session) { return session.get("rid").as_string(); }

}  // namespace

RoomHandler::RoomHandler(Server& server) : Desk(server) {
  ring();
  look_around();
}

Channel& RoomHandler::room_of(const Session& session) {
  return server().channels().open(name_of_room(session));
}

// Rooms that nobody knows of are made by the first who enters.
void RoomHandler::ring() {
  server().sleep(kBell).then([this](Result<void> slept) {
    if (!slept.ok()) return;
    for (const char* name : kRooms) {
      Channel* const room = server().channels().find(name);
      if (room != nullptr && !life().arena().quiet()) life().push_to_room(*room);
    }
    ring();
  });
}

void RoomHandler::look_around() {
  server().sleep(kLook).then([this](Result<void> slept) {
    if (!slept.ok()) return;
    tell_who_is_here();
    look_around();
  });
}

// Nobody tells a server that stops who has ended.
void RoomHandler::tell_who_is_here() {
  if (life().running().stopping()) return;
  for (const std::string room : kRooms) {
    if (home_of(room) != server().id()) continue;
    for (const std::string& name : {room, club_of(room)}) {
      const Channel* const channel = server().channels().find(name);
      checker().tell(&Guarantee::attended, life().number(), std::string_view(name),
                     channel == nullptr ? std::vector<Member>() : channel->members());
    }
  }
}

Done RoomHandler::enter(BackendSession& session, const Ask& ask) {
  begin(session, ask);
  room_of(session).add(session);
  life().entered(session, ask.visit, name_of_room(session));
  life().push_to_room(room_of(session));
  return done(ask);
}

Done RoomHandler::leave(BackendSession& session, const Ask& ask) {
  begin(session, ask);
  room_of(session).leave(session);
  life().left(session);
  life().push_to_room(room_of(session));
  return done(ask);
}

Done RoomHandler::say(BackendSession& session, const Ask& ask) {
  begin(session, ask);
  life().push_to_room(room_of(session));
  return done(ask);
}

void RoomHandler::shout(BackendSession& session, const Ask& ask) {
  begin(session, ask);
  life().push_to_room(room_of(session));
}

Done RoomHandler::write_letter(BackendSession& session, const Ask& ask) {
  begin(session, ask);
  const auto members = room_of(session).members();
  if (!members.empty())
    life().push_to_uid(members[static_cast<std::size_t>(ask.value.value_or(0)) % members.size()]);
  return done(ask);
}

Done RoomHandler::cry(BackendSession& session, const Ask& ask) {
  begin(session, ask);
  life().push_to_all();
  return done(ask);
}

Task<Done> RoomHandler::think(BackendSession& session, const Ask& ask) {
  const Running running(keep_life());
  begin(session, ask);
  auto slept = server().sleep(std::chrono::milliseconds(ask.value.value_or(0)));
  co_await slept;
  life().push_to_room(room_of(session));
  co_return done(ask);
}

void RoomHandler::count(BackendSession& session, const Ask& ask, Reply<Done> reply) {
  begin(session, ask);
  answer_between(session, ask, std::move(reply));
}

Task<Done> RoomHandler::kick_me(BackendSession& session, const Ask& ask) {
  const Running running(keep_life());
  begin(session, ask);
  auto kicked = session.kick(std::to_string(ask.visit));
  co_await kicked;
  checker().tell(&Guarantee::kick_done, life().number(), session.id());
  co_return done(ask);
}

// Now and then it takes longer than a call may last.
Task<Done> HallRemote::welcome(const Welcome& who) {
  const Running running(keep_life());
  checker().tell(&Guarantee::executed, who.call);
  auto slept = server().sleep(std::chrono::milliseconds(is_slow(who.call) ? 1600 : who.call % 8));
  co_await slept;
  co_return Done{0, static_cast<Number>(who.call)};
}

// The same call at each server: its last digit makes it another one.
Done HallRemote::hail(const Welcome& who) {
  checker().tell(&Guarantee::executed, ~(who.call * 10 + server().id().back() - '0'));
  return {0, static_cast<Number>(who.call)};
}

}  // namespace shaddock::game
