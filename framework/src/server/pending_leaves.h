#pragma once

#include <shaddock/error.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "cluster/mesh.h"
#include "cluster/rpc.h"
#include "session/frontend_state.h"

namespace shaddock::server {

// Who has left, and where that is not known yet: each call is made again until a server has
// answered it. What one server is to know of another that it lost is of two kinds:
//   - the session has ended: whoever its room is with by now is told, also another life of that
//     server, so that those who have come back there hear of it; the server itself, if nobody can
//     say whom it is with;
//   - the session has moved on: only that life is told, and when it has ended there is nothing to
//     tell.
// Whoever joins with the same argument again comes after the leave, and ends the wait for it.
class PendingLeaves {
 public:
  struct Leave {
    std::string_view route;  // lives as long as the server
    std::string argument;
  };
  // Of a session that has ended, where it belongs now; nullptr: nowhere that can be asked.
  using Wanted = Function<cluster::Link*(const std::shared_ptr<detail::FrontendState>& session,
                                         const Leave& leave)>;
  struct Parts {
    cluster::Mesh& mesh;
    cluster::RpcClient& rpc;
    net::Duration limit;  // of a call
    Wanted wanted;
    Function<void()> look_again;  // after a while
  };
  explicit PendingLeaves(Parts parts) : parts_(std::move(parts)) {}

  void ended(std::shared_ptr<detail::FrontendState> session, Leave leave,
             const cluster::LinkHandle& place);
  void moved(Leave leave, const cluster::LinkHandle& place);
  // Before somebody joins by that link. Routes as those of the leaves; argument: of the join.
  void joins(std::string_view leave, std::string_view depart, std::string_view argument,
             cluster::Link& link);
  // Servers or links changed, or time has passed.
  void servers_changed();
  std::size_t size() const { return waiting_.size(); }
  void close() { closed_ = true; }

  // The oldest is forgotten for one more.
  static constexpr std::size_t kMost = 20'000;

 private:
  struct Waiting {
    std::uint64_t number;
    Leave leave;
    std::shared_ptr<detail::FrontendState> session;  // nullptr: moved on
    std::string server;                              // where it was; empty: nowhere
    std::uint64_t incarnation = 0;
    bool asked = false;
  };
  // Server (empty: ended), route and argument.
  using Key = std::string;

  static Key key(std::string_view server, std::string_view route, std::string_view argument);
  void add(Key key, Waiting waiting, cluster::Link* link);
  void send(const Key& key, Waiting& waiting, cluster::Link& link);
  void on_answer(const Key& key, std::uint64_t number, const Result<std::string_view>& result);
  bool look(const Key& key, Waiting& waiting);
  void forget(std::map<Key, Waiting>::iterator at);

  Parts parts_;
  std::map<Key, Waiting> waiting_;
  std::map<std::uint64_t, Key> by_age_;
  std::uint64_t last_ = 0;
  bool closed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace shaddock::server
