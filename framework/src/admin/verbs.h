#pragma once

#include <shaddock/fields.h>

#include <string>
#include <string_view>

#include "cluster/remotes.h"
#include "cluster/wire_codec.h"

namespace shaddock::admin {

// Every verb of the administration and the one role that may say it. The role is the one the peer
// proved for its link, never one a message claims. A verb that is not in the table is refused to
// all.
struct Verb {
  std::string_view route;
  cluster::Role caller;
};

namespace verb {
inline constexpr std::string_view kRegister = "sys.master.register";
inline constexpr std::string_view kReady = "sys.master.ready";
inline constexpr std::string_view kLog = "sys.master.log";
inline constexpr std::string_view kView = "sys.agent.view";
inline constexpr std::string_view kStats = "sys.agent.stats";
inline constexpr std::string_view kStop = "sys.agent.stop";
inline constexpr std::string_view kUsers = "sys.agent.users";
inline constexpr std::string_view kKick = "sys.agent.kick";
inline constexpr std::string_view kConsoleList = "sys.console.list";
inline constexpr std::string_view kConsoleStart = "sys.console.start";
inline constexpr std::string_view kConsoleStop = "sys.console.stop";
inline constexpr std::string_view kConsoleRestart = "sys.console.restart";
inline constexpr std::string_view kConsoleKill = "sys.console.kill";
inline constexpr std::string_view kConsoleUsers = "sys.console.users";
inline constexpr std::string_view kConsoleKick = "sys.console.kick";
}  // namespace verb

inline constexpr Verb kVerbs[] = {
    {verb::kRegister, cluster::Role::server},     {verb::kReady, cluster::Role::server},
    {verb::kLog, cluster::Role::server},          {verb::kView, cluster::Role::master},
    {verb::kStats, cluster::Role::master},        {verb::kStop, cluster::Role::master},
    {verb::kConsoleList, cluster::Role::console}, {verb::kConsoleStart, cluster::Role::console},
    {verb::kConsoleStop, cluster::Role::console}, {verb::kConsoleRestart, cluster::Role::console},
    {verb::kConsoleKill, cluster::Role::console}, {verb::kConsoleUsers, cluster::Role::console},
    {verb::kConsoleKick, cluster::Role::console}, {verb::kUsers, cluster::Role::master},
    {verb::kKick, cluster::Role::master},
};

bool allowed(std::string_view route, cluster::Role caller);

// Adds a remote that only the role of the table reaches; to others the call fails. A body that
// cannot be read fails the call as well.
template <class Message, class Body>
void add_verb(cluster::Remotes& remotes, std::string_view route, Body body) {
  remotes.add(
      std::string(route), [route, body = std::move(body)](cluster::IncomingCall call) mutable {
        if (!allowed(route, call.caller().role))
          return call.fail(Error(code::kFailed, "not allowed"));
        Message message;
        if (auto read = cluster::decode_msgpack(call.body(), type_of<Message>(), &message); !read)
          return call.fail(read.error());
        body(message, std::move(call));
      });
}

template <class Message>
void answer(cluster::IncomingCall& call, const Message& message) {
  call.answer(type_of<Message>(), &message);
}

}  // namespace shaddock::admin
