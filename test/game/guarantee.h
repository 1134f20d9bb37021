#pragma once

#include <shaddock/channel.h>
#include <shaddock/session.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "findings.h"

namespace shaddock::game {

// One session of a player, from its opening to its end: a connection, or the part of one between
// two logouts. Never used twice.
using Visit = std::uint64_t;
// The messages of a visit are numbered from 1, requests and notifications alike.
using Number = std::int64_t;
// One process of a server, from its start to its end; never used twice.
using Life = std::uint32_t;
// Pushes of a life are numbered from 1, whatever channel they take.
using PushNumber = std::uint64_t;

struct PushId {
  Life life = 0;
  PushNumber number = 0;
  auto operator<=>(const PushId&) const = default;
};

// The link that a push or an answer took. While it lives it loses nothing, so pushes that took the
// same one arrive without a gap. 0: none, the push was lost there and then.
using LinkNumber = std::uint32_t;

struct Target {
  Visit visit = 0;
  LinkNumber link = 0;
};

// To a frontend.
struct Way {
  std::string frontend;
  LinkNumber link = 0;
};

// What a handler sees of the session: its own settings of the game.
struct Seen {
  Visit visit = 0;  // 0: the session has not logged in
  std::string uid;
  std::map<std::string, std::int64_t> papers;  // what is written on them, by name
};

// One promise of the framework, held against what happens. Players tell what they did and heard,
// handlers what they did and saw; each event is told when it happens. A guarantee only listens: it
// changes nothing of the run.
class Guarantee {
 public:
  explicit Guarantee(Findings& findings) : findings_(findings) {}
  virtual ~Guarantee() = default;

  // Of players.
  virtual void opened(Visit, std::string_view /*uid*/, std::string_view /*frontend*/) {}
  virtual void may_come_back(Visit) {}  // told when it opens: it does, if its connection drops
  virtual void came_back(Visit) {}      // its connection had dropped
  // It goes to another frontend for its session, and may not find it.
  virtual void turned_to(Visit, std::string_view /*frontend*/) {}
  // Told before it is asked: its handler will think for so long, beyond the moment that others do.
  virtual void will_think(Visit, Number, sim::Instant) {}
  virtual void will_wait(Visit, Number, sim::Instant) {}  // the same, for what others do
  virtual void asked(Visit, Number) {}                    // a request
  virtual void notified(Visit, Number) {}
  virtual void answered(Visit, Number, int /*code*/) {}
  // What the answer with 200 says of itself: to which message of which visit it is.
  virtual void echoed(Visit, Number, Visit /*said*/, Number /*said*/) {}
  virtual void heard(Visit, PushId) {}  // a push to sessions
  // A push to a uid on a frontend, or with an empty uid to everybody.
  virtual void heard_for(Visit, PushId, const Member&) {}
  virtual void wrote(Visit, Number, std::string_view /*paper*/, std::int64_t /*value*/) {}
  virtual void kicked(Visit, std::string_view /*reason*/) {}
  virtual void logging_out(Visit) {}  // it has asked to
  // The session is no more; answers to what it asked may still come until the connection ends.
  virtual void logged_out(Visit) {}
  virtual void ended(Visit, std::string_view /*why*/) {}

  // Of handlers. A handler of that life begins with that message.
  virtual void started(Life, SessionId, Visit, Number) {}
  virtual void saw(Visit, Number, const Seen&) {}
  virtual void pushed(PushId, const std::vector<Target>&) {}
  // To all sessions of a uid on a frontend; to everybody, with the link to each frontend.
  virtual void pushed_to_uid(PushId, const Member&, LinkNumber) {}
  virtual void pushed_to_all(PushId, const std::vector<Way>&) {}
  // On a frontend with single login: the session of that visit asks for that uid and kind.
  virtual void claimed(Life, Visit, std::string_view /*login*/) {}
  // On that frontend: its session of that visit has that uid, from now on or no more.
  virtual void bound(Life, std::string_view /*frontend*/, std::string_view /*uid*/, Visit) {}
  virtual void unbound(Life, std::string_view /*uid*/, Visit) {}
  // A room is without that session, though it has entered and not left, and its link is the same.
  virtual void missed(Life, SessionId, Visit, std::string_view /*room*/) {}
  // A room still has that session, though it has left.
  virtual void lingered(Life, SessionId, Visit, std::string_view /*room*/) {}
  // On a frontend: that session stays in that club, wherever the club is.
  virtual void stays(Life, Visit, std::string_view /*club*/) {}
  // Who is in a room or a club; told again and again.
  virtual void attended(Life, std::string_view /*channel*/, const std::vector<Member>&) {}
  // It will push one thing to the session, answer the request, and push another.
  virtual void framed(Visit, Number, PushId /*before*/, PushId /*after*/) {}
  virtual void joined(Life, SessionId, Visit) {}  // on the frontend: the session has logged in
  virtual void closed(Life, SessionId) {}         // on the frontend: its on_close ran
  // On the frontend: the session of that visit goes on there, from another one.
  virtual void moved(Life, std::string_view /*frontend*/, std::string_view /*uid*/, SessionId,
                     Visit) {}
  virtual void kick_done(Life, SessionId) {}  // a handler's kick was acknowledged
  virtual void executed(std::uint64_t /*call*/) {}
  // A call between servers failed, one that takes no longer than calls may.
  virtual void call_failed(std::uint64_t /*call*/, int /*code*/) {}
  virtual void named(std::string_view /*server*/) {}  // by a gate: somebody is to go there
  // The life of that server is told to end as it should, and is started again when it has.
  virtual void told_to_stop(Life, std::string_view /*server*/) {}
  virtual void died(Life) {}  // the process has ended, however

  // All faults are healed, and the servers had time to come together: from here on nothing fails.
  virtual void healed() {}
  // All faults are healed, and everything that was under way has had its time. `links` are those
  // that live.
  virtual void settled(const std::vector<std::pair<Life, LinkNumber>>& /*links*/) {}

 protected:
  static std::string name(Visit visit) { return "visit " + std::to_string(visit); }
  static std::string name(Visit visit, Number number) {
    return name(visit) + " message " + std::to_string(number);
  }
  static std::string name(PushId push) {
    return "push " + std::to_string(push.number) + " of life " + std::to_string(push.life);
  }

  Findings& findings_;
};

}  // namespace shaddock::game
