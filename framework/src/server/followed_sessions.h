#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/mesh.h"
#include "net/loop.h"
#include "session/frontend_state.h"
#include "session/router.h"

namespace shaddock::server {

struct FollowedSession;

// Whoever wants to know where a session belongs.
class Follower {
 public:
  virtual ~Follower() = default;
  // The place of the session is at the end of that link from now on; it was at the end of `from`
  // (which may be gone; empty: nowhere yet). Nothing of the session goes to the new place before
  // this returns. False: not now, nothing has changed; `urgent`: a request of the session waits.
  virtual bool move(FollowedSession& followed, const cluster::LinkHandle& from, cluster::Link& to,
                    bool urgent) = 0;
  // The session has ended, or this is to follow it no longer. Comes once.
  virtual void end(FollowedSession& followed) = 0;
  // Instead: the session goes on at another frontend, where it is followed anew.
  virtual void forget(FollowedSession& followed) = 0;
};

// A session and one type of servers. It dies soon after remove(), not in it.
struct FollowedSession {
  std::uint64_t number = 0;
  std::shared_ptr<detail::FrontendState> session;  // nullptr: removed
  std::string_view type, service, method;          // what the router is asked for
  std::unique_ptr<Follower> follower;
  cluster::LinkHandle place;        // a life of a server; empty: none
  FollowedSession* next = nullptr;  // of the same session
};

// Sessions of a frontend for which it matters which server their router gives them, and which life
// of it. After each change of servers and links all are looked at, in the order in which they came
// here, some hundred in a turn of the loop; a request of a session brings its own forward. With a
// live router a session has its place as long as that can be asked. A session that nobody follows
// costs one pointer.
class FollowedSessions {
 public:
  FollowedSessions(net::Loop& loop, cluster::Mesh& mesh, const session::RouterTable& router);
  ~FollowedSessions();

  // The texts must outlive it. It has no place yet: see look().
  FollowedSession& add(std::shared_ptr<detail::FrontendState> session, std::string_view type,
                       std::string_view service, std::string_view method,
                       std::unique_ptr<Follower> follower);
  void remove(FollowedSession& followed);
  // nullptr: removed.
  FollowedSession* find(std::uint64_t number);
  std::size_t size() const { return all_.size(); }

  // Servers or links changed.
  void servers_changed();
  // Goes on with those that could not be moved before.
  void go_on();
  // Moves it if it has to be. False: not now.
  bool look(FollowedSession& followed, bool urgent);
  // Before a request of the session goes to a server of that type by that link. False: not now.
  bool bring(detail::FrontendState& session, std::string_view type, cluster::Link& link);
  void end(detail::FrontendState& session);
  // It goes on at another frontend.
  void forget(detail::FrontendState& session);

  // Where the router wants it; nullptr: nowhere that can be asked now.
  cluster::Link* wanted(const FollowedSession& followed) const;

  static constexpr std::size_t kLooks = 500;  // in one turn

 private:
  class Inside;
  bool move(FollowedSession& followed, cluster::Link& link, bool urgent);
  void step();

  net::Loop& loop_;
  cluster::Mesh& mesh_;
  const session::RouterTable& router_;
  std::map<std::uint64_t, FollowedSession> all_;
  std::vector<std::map<std::uint64_t, FollowedSession>::node_type> removed_;
  std::uint64_t last_ = 0;  // number given
  std::uint64_t seen_ = 0;  // number looked at
  int inside_ = 0;          // calls of followers that have not returned
  bool stepping_ = false, posted_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::server
