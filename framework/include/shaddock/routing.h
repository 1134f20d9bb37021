#pragma once

#include <shaddock/server_info.h>
#include <shaddock/session.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

namespace shaddock {

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
};

// Picks one of the servers; the list is never empty. It may throw Error to refuse the call.
using RouteFunction = std::function<const ServerInfo&(const Call&, const ServerList&)>;

// A route function and which list it sees. A stable one sees all servers of the type, also one that
// is down right now (its calls end with 521), so that the keys of the others do not move. A live
// one sees only those that are up.
struct Router {
  template <class F>
  requires std::is_invocable_r_v<const ServerInfo&, F&, const Call&, const ServerList&> Router(
      F function)
      : function(std::move(function)) {}
  template <class F>
  requires std::is_invocable_r_v<const ServerInfo&, F&, const Session&, const ServerList&> Router(
      F function)
      : function([function](const Call& call, const ServerList& servers) -> const ServerInfo& {
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

}  // namespace shaddock
