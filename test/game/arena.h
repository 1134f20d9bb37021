#pragma once

#include <shaddock/server.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker.h"
#include "cluster/link.h"
#include "messages.h"
#include "net/stream.h"
#include "rules.h"
#include "session/session_moves.h"

namespace shaddock::server {
class RunningServer;
}

namespace shaddock::game {

class Arena;

// One process of a server, as its handlers know it: makes their pushes and tells the checker of
// them. It dies with the handlers.
class ServerLife {
 public:
  ServerLife(Arena& arena, Server& server, Life number);
  ~ServerLife();

  Server& server() { return server_; }
  server::RunningServer& running();
  Arena& arena() { return arena_; }
  Checker& checker();
  Life number() const { return number_; }

  void push_to_room(Channel& room);
  void push_to_session(const Member& session, Visit visit);
  void push_to_uid(const Member& member);
  void push_to_all();
  // Who is in which room, as their handlers know it.
  void entered(const Session& session, Visit visit, const std::string& room);
  void left(const Session& session);
  // The one after next is coming_push(2).
  PushId coming_push(PushNumber from_now) const { return {number_, pushes_ + from_now}; }
  // Links of pushes that live.
  std::vector<LinkNumber> links();
  // Handlers and remote calls of the game that have begun and not ended.
  int running_handlers = 0;

 private:
  struct Path {
    cluster::LinkHandle handle;
    LinkNumber number = 0;
  };
  struct Guest {
    Visit visit = 0;
    std::string room;  // empty: none
    std::string frontend;
    LinkNumber link = 0;  // to it, when it entered
  };
  void follow_moves();
  session::SessionMoves::Now place_of(std::string_view frontend, SessionId session);
  void look_at_members(const Channel& room, const std::vector<Member>& members);
  void look_for_missing(const Channel& room, const std::vector<Member>& members);
  PushId next_push() { return {number_, ++pushes_}; }
  LinkNumber link_to(const std::string& frontend);

  Arena& arena_;
  Server& server_;
  const Life number_;
  PushNumber pushes_ = 0;
  LinkNumber last_link_ = 0;
  std::map<std::string, Path> paths_;  // by frontend
  std::map<SessionId, Guest> guests_;  // by the ids that their sessions have now
};

// What players and handlers share that are in one process: all of them in the simulator, those of
// one server in a real cluster. One thread.
class Arena {
 public:
  explicit Arena(Checker& checker, const Rules& rules = {}) : checker_(checker), rules_(rules) {}

  const Rules& rules() const { return rules_; }
  Checker& checker() { return checker_; }
  Visit new_visit() { return ++visits_; }
  // No other process gives the same number.
  std::uint64_t new_call() { return ++calls_ + (on_life_ ? std::uint64_t{last_life_} << 32 : 0); }

  // The life of that server, shared by all its handlers.
  std::shared_ptr<ServerLife> life_of(Server& server);
  // Of servers that run, in the order of their start.
  std::vector<ServerLife*> lives() const;
  ServerLife* find(std::string_view server_id) const;  // the youngest

  // Nobody speaks unasked: no bell rings.
  void set_quiet(bool quiet) {
    quiet_ = [quiet] { return quiet; };
  }
  void set_quiet(std::function<bool()> quiet) { quiet_ = std::move(quiet); }
  bool quiet() const { return quiet_ && quiet_(); }

  // Where players find a gate.
  void set_gates(std::vector<net::Address> gates) { gates_ = std::move(gates); }
  const std::vector<net::Address>& gates() const { return gates_; }
  // All connectors that gates have named, in the order of their ids.
  void note_connector(const Entry& connector) { connectors_[connector.id] = connector; }
  const std::map<std::string, Entry>& connectors() const { return connectors_; }

  // Told of each life when it begins. Then lives have the incarnations of their servers as numbers:
  // each is the only one in its process.
  void on_life(std::function<void(std::shared_ptr<ServerLife>)> callback) {
    on_life_ = std::move(callback);
  }

  // A line of the story, when somebody wants to read it.
  void say(std::string_view who, const std::function<std::string()>& what) const {
    if (story_) story_(who, what());
  }
  void set_story(std::function<void(std::string_view who, std::string_view what)> story) {
    story_ = std::move(story);
  }

 private:
  Checker& checker_;
  const Rules rules_;
  std::function<bool()> quiet_;
  std::function<void(std::shared_ptr<ServerLife>)> on_life_;
  std::vector<net::Address> gates_;
  std::map<std::string, Entry> connectors_;
  Visit visits_ = 0;
  std::uint64_t calls_ = 0;
  Life last_life_ = 0;
  std::map<Life, std::weak_ptr<ServerLife>> lives_;
  std::function<void(std::string_view, std::string_view)> story_;
};

// Handlers are made from a Server and nothing else, so the arena of this thread stands here.
class ArenaOfThisThread {
 public:
  explicit ArenaOfThisThread(Arena& arena);
  ~ArenaOfThisThread();
  ArenaOfThisThread(const ArenaOfThisThread&) = delete;
  ArenaOfThisThread& operator=(const ArenaOfThisThread&) = delete;
  static Arena& get();
};

}  // namespace shaddock::game
