#pragma once

#include <shaddock/server_info.h>
#include <shaddock/session.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

namespace shaddock {
namespace session {
struct Peers;
}

// What decides where a call goes: the session of a client's request, or whatever the caller of an
// RPC chose.
class RouteParameter {
 public:
  RouteParameter(const Session& session) : session_(&session) {}
  RouteParameter(std::string_view key) : key_(key) {}
  RouteParameter(const std::string& key) : key_(key) {}
  RouteParameter(const char* key) : key_(key) {}

  // Throws Error(500) when the caller gave a key instead.
  const Session& session() const;
  const Session* find_session() const { return session_; }
  // The key, or the uid of the session.
  std::string_view key() const {
    return session_ != nullptr ? std::string_view(session_->uid()) : key_;
  }

 private:
  const Session* session_ = nullptr;
  std::string_view key_;
};

// A call that looks for a server.
struct Call {
  std::string_view server_type;
  std::string_view service;  // handler or remote
  std::string_view method;
  const RouteParameter& parameter;
  const session::Peers* peers = nullptr;  // what the framework knows of the servers of the list

  // Calls of this process that wait for an answer of the server at that place of the list.
  std::size_t unanswered(std::size_t place) const;
};

// Picks one of the servers; the list is never empty. It may throw Error to refuse the call.
using RouteFunction = std::function<const ServerInfo&(const Call&, const ServerList&)>;

// A route function and which list it sees. A stable one sees all servers of the type, also one that
// is down right now (its calls end with 521), so that the keys of the others do not move. A live
// one sees only those that can be asked: up, linked, heard of late, not about to stop. When a call
// provably did not run at the server that a live one chose (a full queue, 521, 523), it is tried
// once more at another, unless its session has sent something newer to that type.
//
// A router is a value, and each server has its own copy: what the function holds by value, as a
// mutable lambda does, belongs to one server and one thread.
struct Router {
  template <class F>
  requires std::is_invocable_r_v<const ServerInfo&, F&, const Call&, const ServerList&> Router(
      F function)
      : function(std::move(function)) {}
  template <class F>
  requires std::is_invocable_r_v<const ServerInfo&, F&, const Session&, const ServerList&> Router(
      F function)
      : function(
            [function](const Call& call, const ServerList& servers) mutable -> const ServerInfo& {
              return function(call.parameter.session(), servers);
            }) {}

  RouteFunction function;
  bool live = false;
};
Router live(Router router);

// Pomelo's placement of a key, bit for bit: abs(crc32(key)) % n. Throws Error(521) when there is no
// server.
const ServerInfo& dispatch(std::string_view key, const ServerList& servers);
template <class Text>
requires std::is_convertible_v<const Text&, std::string_view>
const ServerInfo& dispatch(const Text& key, const ServerList& servers) {
  return dispatch(std::string_view(key), servers);
}
// The same for a setting: a string as it is, a number by its decimal text.
const ServerInfo& dispatch(const Json& key, const ServerList& servers);

// The router of types that have none of their own: dispatch() of the key, or of the uid.
Router by_key();

// Others to choose from. The key is that of the call, or the uid of its session; `weight` is a key
// of servers.json, a whole number up to 1000 (1 where there is none, 0: nothing for this server).
//
// Stable, by weight: a server that joins takes over its share of the keys, one that leaves gives
// its keys to the others, and no other key moves.
Router rendezvous();
// The same for a key of your own, in a route function.
const ServerInfo& rendezvous(std::string_view key, const ServerList& servers);
// Live: one after the other.
Router round_robin();
// Live: the same, by weight, evenly mixed: a, b, a for weights of 2 and 1.
Router weighted();
// Live: who owes this process the fewest answers; of equals, one after the other. What others ask
// of a server is not seen, but a busy one answers late, and so owes more.
Router least_loaded();
// Live: a session, or key, stays with the server that the inner router gave it first, until that
// one cannot be asked; its calls are not tried elsewhere. Each process keeps the places of the
// 100,000 sessions it saw last.
Router sticky(Router inner = least_loaded());

}  // namespace shaddock
