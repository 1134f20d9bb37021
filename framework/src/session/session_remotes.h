#pragma once

#include <shaddock/fields.h>
#include <shaddock/log.h>
#include <shaddock/session.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cluster/endpoint.h"
#include "cluster/remotes.h"
#include "cluster/rpc.h"
#include "session/frontend_sessions.h"

// What backends ask of the frontend that holds a session. Only servers that know the cluster secret
// get here; no client's byte does.
namespace shaddock::session {

struct SessionUid {
  SessionId session = 0;
  std::string uid;
  std::optional<std::string> kind;  // of a bind; none: the main one
  static void fields(auto& m, auto&& f) {
    f("session", m.session);
    f("uid", m.uid);
    f("kind", m.kind);
  }
};
struct SessionSettings {
  SessionId session = 0;
  Json settings;
  static void fields(auto& m, auto&& f) {
    f("session", m.session);
    f("settings", m.settings);
  }
};
struct SessionKick {
  SessionId session = 0;
  std::string reason;
  static void fields(auto& m, auto&& f) {
    f("session", m.session);
    f("reason", m.reason);
  }
};
struct UidKick {
  std::string uid;
  std::string reason;
  static void fields(auto& m, auto&& f) {
    f("uid", m.uid);
    f("reason", m.reason);
  }
};

inline constexpr std::string_view kBindRoute = "sys.session.bind";
inline constexpr std::string_view kUnbindRoute = "sys.session.unbind";
inline constexpr std::string_view kSetRoute = "sys.session.set";
inline constexpr std::string_view kKickRoute = "sys.session.kick";
inline constexpr std::string_view kKickUidRoute = "sys.session.kickUid";

// Registers the routes above; `sessions` must outlive the links.
void add_session_remotes(cluster::Remotes& remotes, FrontendSessions& sessions);

// Sends what a BackendSession changes to the session's frontend.
class FrontendCaller {
 public:
  // `limit` is for calls whose request leaves more time, or that belong to none.
  FrontendCaller(net::Loop& loop, cluster::Endpoint& endpoint, cluster::RpcClient& rpc,
                 net::Duration limit, Logger log)
      : loop_(loop), endpoint_(endpoint), rpc_(rpc), limit_(limit), log_(std::move(log)) {}

  // From now on calls end at once: the server is being destroyed.
  void close() { closed_ = true; }

  template <class A>
  Pending<> call(std::string_view frontend, std::string_view route, const A& argument,
                 const detail::RequestContext& context = {}) {
    return call(frontend, route, type_of<A>(), &argument, context);
  }

 private:
  Pending<> call(std::string_view frontend, std::string_view route, const Type& type,
                 const void* argument, const detail::RequestContext& context);

  net::Loop& loop_;
  cluster::Endpoint& endpoint_;
  cluster::RpcClient& rpc_;
  net::Duration limit_;
  Logger log_;
  bool closed_ = false;
};

}  // namespace shaddock::session

namespace shaddock::detail {
class BackendLink : public session::FrontendCaller {
 public:
  using FrontendCaller::FrontendCaller;
};
}  // namespace shaddock::detail
