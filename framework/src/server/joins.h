#pragma once

#include <shaddock/log.h>
#include <shaddock/server.h>

#include <compare>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "cluster/rpc.h"
#include "net/timer_wheel.h"
#include "server/followed_sessions.h"
#include "server/pending_leaves.h"
#include "server/restarts.h"

namespace shaddock::server {

// What the framework itself says of a call, not the remote: it may go better another time.
bool may_work_later(const Error& error);

// Keeps sessions of a frontend where they have joined, whatever becomes of the servers: see
// Server::stay_joined(). A join is sent again by the link to each new place, before anything else
// of its session; so many at most are on the way, but for those whose sessions ask for something.
// What fails for a reason that passes is tried again; what a remote says itself ends it.
class Joins {
 public:
  using Done = cluster::RpcClient::Done;
  using Refused = Function<void(FrontendSession&, const Error&)>;
  struct Routes {
    std::string_view join, leave, again, depart;  // live as long as the server
    auto operator<=>(const Routes&) const = default;
  };
  struct Parts {
    net::Loop& loop;
    cluster::Mesh& mesh;
    const session::RouterTable& router;
    cluster::RpcClient& rpc;
    Restarts& restarts;
    net::Duration limit;  // of a call that is not the first
    Function<void(Done, Error)> end_early;
    Logger log;
  };
  explicit Joins(Parts parts);

  void stay(std::shared_ptr<detail::FrontendState> session, const Routes& routes,
            std::string argument, const cluster::RpcOptions& options, Refused refused, Done done);
  // All that the session has joined by that route.
  void leave(detail::FrontendState& session, std::string_view join);
  void follow(std::shared_ptr<detail::FrontendState> session, std::string_view type,
              Function<void(const Moved&)> on_moved);

  void servers_changed();
  // Of that only what is to be told of sessions that have ended or moved on.
  void tell_leaves() { leaves_.servers_changed(); }
  FollowedSessions& followed() { return followed_; }
  // Joins that have not been answered, leaves that wait.
  std::size_t on_the_way() const { return on_the_way_; }
  std::size_t leaves() const { return leaves_.size(); }
  // The server is being destroyed: nothing more is sent.
  void close();

  static constexpr std::size_t kMostOnTheWay = 256;
  static constexpr net::Duration kAgain{250};

 private:
  class Joiner;
  class Watcher;

  void send(FollowedSession& followed, Joiner& joiner, const cluster::LinkHandle& from,
            cluster::Link& to);
  void on_answer(std::uint64_t number, const cluster::LinkHandle& place, bool first,
                 const Result<std::string_view>& result);
  void on_failed(FollowedSession& followed, const Error& error);
  void on_first_failed(FollowedSession& followed, const cluster::LinkHandle& place,
                       const Error& error);
  static bool returns(const FollowedSession& followed, const Error& error);
  void refuse(FollowedSession& followed, const Error& error);
  void wait_for_place(FollowedSession& followed, net::TimePoint until);
  std::optional<Error> hopeless(const FollowedSession& followed) const;
  void fail(FollowedSession& followed, Error error);
  void look_again();

  Parts parts_;
  FollowedSessions followed_;
  PendingLeaves leaves_;
  std::set<Routes> routes_;
  std::set<std::string, std::less<>> types_;
  std::size_t on_the_way_ = 0;
  bool closed_ = false;
  net::Timer again_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::server
