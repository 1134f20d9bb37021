#pragma once

#include <shaddock/error.h>
#include <shaddock/server_info.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/view.h"

namespace shaddock::admin {

// What the master knows of every configured server, and the numbered view that all processes get.
//
//   spawned --> joined (up: other servers may link and call it) --> ready (clients may come)
//      ^          ^       |     |
//      |   adopted (up)   |     +--> hangs: may join again. A backend is down meanwhile; a frontend
//      |                  v          stays up, for its clients would be forgotten, who are there
//      +------ ended (down)       given up: failed      stopped by an operator: not in the view
//
// A server that is added later is `joining` in the view, which puts it into nobody's lists, until
// it is ready for the first time; it is not in the view at all while it has no process. So nobody
// waits for it, and no key belongs to it before it can be asked.
//
// Each change of what the view shows gives it a new number. What comes from another incarnation
// than the last one spawned or adopted is refused. Pure: no clock, no network.
class Registry {
 public:
  struct Member {
    ServerInfo info;
    int pid = 0;  // 0: no process
    bool joined = false, ready = false, stopped = false, hangs = false;
    bool given_up = false;         // its last process ended once too often
    bool fresh = false;            // was added and has never been ready
    bool by_hand = false;          // is in no servers.json
    std::uint64_t stop_limit = 0;  // milliseconds, as its process says; 0: it has not
    std::string note;              // how the process before ended, until the next one is ready
  };

  // A later master begins with a greater number, so that its views are newer than any before.
  explicit Registry(std::vector<ServerInfo> configured, std::uint64_t first_number = 1);

  // To a cluster that runs, behind the others of its type. False when that id is there already.
  bool add(ServerInfo server, bool by_hand = false);
  void remove(std::string_view id);
  // What is said of it in servers.json now, from its next process on; one of another type is fresh.
  void change(ServerInfo server);
  // The order of the view: these ids as they come here; those by hand behind the others of their
  // type, by id; who else is there stays behind whom it followed before.
  void arrange(const std::vector<std::string>& ids);

  void spawned(std::string_view id, std::uint64_t incarnation, int pid);
  // A process that ran before this master did. It is up, as long as nobody knows better: those that
  // are linked to it go on.
  void adopted(std::string_view id, std::uint64_t incarnation, int pid);
  // The error's text says why the process may not be that server.
  Result<void> join(std::string_view id, std::uint64_t incarnation, int pid);
  void takes_to_stop(std::string_view id, std::uint64_t milliseconds);
  bool ready(std::string_view id, std::uint64_t incarnation);
  void hangs(std::string_view id);
  void ended(std::string_view id, bool given_up, std::string note = {});
  void stopped(std::string_view id);  // by an operator; until spawned again

  const Member* find(std::string_view id) const;
  const std::vector<Member>& members() const { return members_; }  // in the order of servers.json
  bool all_ready() const { return missing().empty(); }
  std::vector<std::string> missing() const;  // ids that are not ready, without the stopped ones

  cluster::View view() const;
  std::uint64_t number() const { return number_; }

 private:
  static bool in_view(const Member& member);
  Member* find_member(std::string_view id);
  void begin(Member& member, std::uint64_t incarnation, int pid);
  void set_state(Member& member, ServerInfo::State state);
  void insert(Member member);

  std::vector<Member> members_;
  std::uint64_t number_;
};

// "starting", "up", "hangs", "down", "failed" or "stopped", as operators see it.
std::string_view state_name(const Registry::Member& member);

}  // namespace shaddock::admin
