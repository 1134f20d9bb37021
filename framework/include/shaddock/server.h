#pragma once

#include <shaddock/channel.h>
#include <shaddock/handler.h>
#include <shaddock/log.h>
#include <shaddock/routing.h>
#include <shaddock/server_info.h>
#include <shaddock/settings.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shaddock {

// A session whose router has another server for it than before, or another life of the same.
struct Moved {
  FrontendSession& session;
  std::string_view server_type;
  std::string_view from, to;  // server ids; from is empty where there was none that could be asked
};

// One server of servers.json, running: what handlers and remotes work with. It has one event loop
// on one thread; everything here is called on that thread, and all of user code runs on it.
class Server {
 public:
  virtual ~Server() = default;

  virtual const ServerInfo& info() const = 0;
  const std::string& id() const { return info().id; }
  const std::string& type() const { return info().type; }
  virtual const Logger& log() const = 0;

  // The servers of a type in the order of servers.json; empty when there are none. Valid until the
  // loop runs again.
  virtual const ServerList& servers_by_type(std::string_view type) const = 0;
  virtual const ServerInfo* find_server(std::string_view id) const = 0;

  // The sessions of this frontend; throws Error(500) on a backend.
  virtual SessionService& sessions() = 0;
  virtual ChannelService& channels() = 0;
  // Kicks all sessions of a uid on another frontend (or this one).
  virtual Pending<> kick(std::string_view frontend, std::string_view uid,
                         std::string_view reason = "kick") = 0;

  // What this server refused, dropped and ended, by reason: "late_handshake", "refused_messages",
  // and so on, each with how often it happened since the start. What changed is logged once a
  // minute, under the topic "counted".
  virtual std::vector<std::pair<std::string_view, std::uint64_t>> counters() const = 0;

  // The loop's steady time; all code that runs in one turn sees the same.
  virtual std::chrono::steady_clock::time_point now() const = 0;
  // Ends after that time: `.then(...)`, or co_await of the named object.
  virtual Pending<> sleep(std::chrono::milliseconds time) = 0;

  // Of frontends, for stable routers. Calls back until the session ends, each time that its router
  // has another server of the type for it, or the same comes back after a restart, a crash or a
  // lost link: when that one can be asked, and before it is sent anything else of the session. So
  // a call that is made from there comes first.
  virtual void follow(const FrontendSession& session, std::string_view server_type,
                      Function<void(const Moved&)> on_moved) = 0;

  // The same for what most follow for: a place in a room. Calls Join, as rpc() does, at the server
  // that the router has for the session, and if that went well, as long as the session lives:
  // Return at the one that it has moved to, which may be another life of the same, and Depart at
  // the one that it has left, if that lives; in the end Leave. What fails on the way is tried
  // again, even Join when made by on_resumed. What Return throws ends it, and is told.
  // All take the same argument, and must bear to be called twice.
  template <auto Join, auto Leave, auto Return = Join, auto Depart = Leave, class A>
  auto stay_joined(const FrontendSession& session, const A& argument,
                   Function<void(FrontendSession&, const Error&)> on_refused = nullptr) {
    using Argument = typename detail::RemoteShapeOf<decltype(Join)>::Argument;
    static_assert((std::is_same_v<Argument, RemoteArgument<Leave>> &&
                   std::is_same_v<Argument, RemoteArgument<Return>> &&
                   std::is_same_v<Argument, RemoteArgument<Depart>>),
                  "what is joined and left takes one and the same argument");
    const Stay stay{remote_route(&detail::kMethodKey<Join>).route,
                    remote_route(&detail::kMethodKey<Leave>).route,
                    remote_route(&detail::kMethodKey<Return>).route,
                    remote_route(&detail::kMethodKey<Depart>).route};
    const Argument value(argument);
    typename Pending<RemoteAnswer<Join>>::Source source;
    start_stay(session, stay, type_of<Argument>(), &value, std::move(on_refused),
               [this, source](Result<std::string_view> bytes) {
                 end_call(source,
                          [&] { return read_answer<RemoteAnswer<Join>>(std::move(bytes)); });
               });
    return source.pending();
  }
  // Leaves before the session ends, whatever it has joined by that method.
  template <auto Join>
  void leave_joined(const FrontendSession& session) {
    end_stay(session, remote_route(&detail::kMethodKey<Join>).route);
  }

  // Calls a remote of another server, typed by the method itself. The first argument is what the
  // route function sees: a session (its deadline and trace are inherited), or a key.
  template <auto Method, class... A>
  auto rpc(const RouteParameter& parameter, const A&... argument) {
    const RemoteRoute to = remote_route(&detail::kMethodKey<Method>);
    return start<RemoteAnswer<Method>>(to.server_type, to.route, Target{&parameter, {}},
                                       method_argument<Method>(argument...));
  }
  // The same at one server, whatever the route function says.
  template <auto Method, class... A>
  auto rpc_to(std::string_view server_id, const A&... argument) {
    const RemoteRoute to = remote_route(&detail::kMethodKey<Method>);
    return start<RemoteAnswer<Method>>(to.server_type, to.route, Target{nullptr, server_id},
                                       method_argument<Method>(argument...));
  }
  // At every server of the remote's type; ends when all have answered, in the order of the list.
  template <auto Method, class... A>
  auto rpc_all(const A&... argument) {
    const RemoteRoute to = remote_route(&detail::kMethodKey<Method>);
    return start_all<RemoteAnswer<Method>>(to, method_argument<Method>(argument...));
  }
  // For remotes of other binaries: "chat.chatRemote.add".
  template <class R, class A>
  Pending<R> rpc(std::string_view route, const RouteParameter& parameter, const A& argument) {
    return start<R>(route.substr(0, route.find('.')), route, Target{&parameter, {}}, argument);
  }
  template <class R, class A>
  Pending<R> rpc_to(std::string_view server_id, std::string_view route, const A& argument) {
    return start<R>(route.substr(0, route.find('.')), route, Target{nullptr, server_id}, argument);
  }

 protected:
  struct RemoteRoute {
    std::string_view server_type, route;
  };
  struct Target {
    const RouteParameter* parameter;  // nullptr: server_id says it
    std::string_view server_id;
  };
  using Done = Function<void(Result<std::string_view>)>;  // the encoded answer, dies with the call
  using Answers = std::vector<Result<std::string>>;       // the same of many servers

  // Throws Error(500) when the method was not registered as a remote.
  virtual RemoteRoute remote_route(const void* key) const = 0;
  virtual void start_call(std::string_view server_type, std::string_view route, Target target,
                          const Type& type, const void* argument, Done done) = 0;
  virtual void start_calls(RemoteRoute to, const Type& type, const void* argument,
                           Function<void(Answers)> done) = 0;
  virtual Result<void> decode(std::string_view bytes, const Type& type, void* value) const = 0;

  struct Stay {
    std::string_view join, leave, again, depart;
  };
  virtual void start_stay(const FrontendSession& session, const Stay& stay, const Type& type,
                          const void* argument,
                          Function<void(FrontendSession&, const Error&)> on_refused, Done done) = 0;
  virtual void end_stay(const FrontendSession& session, std::string_view join) = 0;

  // Tells who waits. What a then() throws is the application's own mistake: it is logged, and the
  // server runs on.
  template <class Source, class Read>
  void end_call(const Source& source, Read&& read) const noexcept {
    try {
      source.end(read());
    } catch (...) {
      log().error("a callback threw an exception", {{"text", current_error().text}});
    }
  }

 private:
  template <auto Method>
  using RemoteAnswer = typename detail::RemoteShapeOf<decltype(Method)>::Answer;
  template <auto Method>
  using RemoteArgument = typename detail::RemoteShapeOf<decltype(Method)>::Argument;

  template <auto Method, class... A>
  static auto method_argument(const A&... argument) {
    static_assert(sizeof...(A) <= 1, "a remote takes one message");
    return typename detail::RemoteShapeOf<decltype(Method)>::Argument(argument...);
  }

  template <class R, class Bytes>
  Result<R> read_answer(Result<Bytes> bytes) const {
    if (!bytes.ok()) return std::move(bytes).error();
    if constexpr (std::is_void_v<R>) {
      return {};
    } else {
      R value{};
      if (auto read = decode(*bytes, type_of<R>(), &value); !read) return std::move(read).error();
      return value;
    }
  }

  template <class R, class A>
  Pending<R> start(std::string_view server_type, std::string_view route, Target target,
                   const A& argument) {
    typename Pending<R>::Source source;
    start_call(server_type, route, target, type_of<A>(), &argument,
               [this, source](Result<std::string_view> bytes) {
                 end_call(source, [&] { return read_answer<R>(std::move(bytes)); });
               });
    return source.pending();
  }

  template <class R, class A>
  Pending<std::vector<Result<R>>> start_all(RemoteRoute to, const A& argument) {
    typename Pending<std::vector<Result<R>>>::Source source;
    start_calls(to, type_of<A>(), &argument, [this, source](Answers answers) {
      std::vector<Result<R>> all;
      for (auto& answer : answers) all.push_back(read_answer<R>(std::move(answer)));
      end_call(source, [&] { return std::move(all); });
    });
    return source.pending();
  }
};

}  // namespace shaddock
