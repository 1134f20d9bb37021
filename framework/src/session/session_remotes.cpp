#include "session/session_remotes.h"

#include <algorithm>
#include <utility>

#include "cluster/wire_codec.h"
#include "session/single_login.h"

namespace shaddock::session {

namespace {

// Reads the argument, runs the action, answers or fails.
template <class A, class Action>
void add(cluster::Remotes& remotes, std::string_view route, Action action) {
  remotes.add(std::string(route), [action = std::move(action)](cluster::IncomingCall call) {
    A argument;
    if (auto read = cluster::decode_msgpack(call.body(), type_of<A>(), &argument); !read.ok()) {
      call.fail(read.error());
      return;
    }
    if (Result<void> done = action(argument); done.ok()) {
      call.answer();
    } else {
      call.fail(done.error());
    }
  });
}

Error no_session() { return Error(code::kFailed, "session does not exist"); }

Result<void> set_all(FrontendSessions& sessions, detail::FrontendState& session,
                     const Json& settings) {
  if (!settings.is_object()) return Error(code::kBadMessage, "settings are no map");
  for (const auto& member : settings.as_object()) {
    if (auto done = sessions.set(session, member.name, member.value); !done.ok()) return done;
  }
  return {};
}

// Answers at once, unless other frontends must be asked.
void bind(FrontendSessions& sessions, cluster::IncomingCall call) {
  SessionUid ask;
  if (auto read = cluster::decode_msgpack(call.body(), type_of<SessionUid>(), &ask); !read.ok())
    return call.fail(read.error());
  auto* session = sessions.state(ask.session);
  if (session == nullptr) return call.fail(no_session());
  auto deadline = std::chrono::steady_clock::time_point::max();
  if (const SingleLogin* login = sessions.single_login())
    deadline = login->now() + call.remaining();
  sessions
      .ask_bind(*session, std::move(ask.uid), ask.kind.value_or(std::string(kMainKind)), deadline)
      .then([call = std::move(call)](Result<void> bound) mutable {
        bound.ok() ? call.answer() : call.fail(bound.error());
      });
}

}  // namespace

void add_session_remotes(cluster::Remotes& remotes, FrontendSessions& sessions) {
  remotes.add(std::string(kBindRoute),
              [&sessions](cluster::IncomingCall call) { bind(sessions, std::move(call)); });
  add<SessionUid>(remotes, kUnbindRoute, [&sessions](SessionUid& ask) -> Result<void> {
    auto* session = sessions.state(ask.session);
    return session == nullptr ? no_session() : sessions.unbind(*session, ask.uid);
  });
  add<SessionSettings>(remotes, kSetRoute, [&sessions](SessionSettings& ask) -> Result<void> {
    auto* session = sessions.state(ask.session);
    return session == nullptr ? no_session() : set_all(sessions, *session, ask.settings);
  });
  add<SessionKick>(remotes, kKickRoute, [&sessions](SessionKick& ask) -> Result<void> {
    auto session = sessions.find(ask.session);
    if (!session) return no_session();
    session->kick(ask.reason);
    return {};
  });
  add<UidKick>(remotes, kKickUidRoute, [&sessions](UidKick& ask) -> Result<void> {
    sessions.kick(ask.uid, ask.reason);
    return {};
  });
}

Pending<> FrontendCaller::call(std::string_view frontend, std::string_view route, const Type& type,
                               const void* argument, const detail::RequestContext& context) {
  if (closed_) return Pending<>::ended(Error(code::kServerLost, "the server stops"));
  cluster::RpcOptions options{limit_, context.trace};
  if (context.deadline != std::chrono::steady_clock::time_point::max()) {
    const auto left = std::chrono::duration_cast<net::Duration>(context.deadline - loop_.now());
    if (left.count() <= 0) return Pending<>::ended(Error(code::kExpired, "no time left"));
    options.limit = std::min(limit_, left);
  }
  Pending<>::Source source;
  rpc_.call(endpoint_.find(frontend), route, type, argument, options,
            [source, log = log_](Result<std::string_view> answer) {
              Result<void> result;
              if (!answer.ok()) result = std::move(answer).error();
              try {
                source.end(std::move(result));
              } catch (...) {
                log.error("a callback threw an exception", {{"text", current_error().text}});
              }
            });
  return source.pending();
}

}  // namespace shaddock::session
