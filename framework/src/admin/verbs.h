#pragma once

#include <shaddock/fields.h>

#include <string>
#include <string_view>

#include "cluster/remotes.h"
#include "cluster/wire_codec.h"

namespace shaddock::admin {

// Every verb of the administration and the roles that may say it. The role is the one the peer
// proved for its link, never one a message claims. A verb that is not in the table is refused to
// all; an observer's are those that change nothing.
struct Verb {
  std::string_view route;
  unsigned callers;  // bits: only()
};

constexpr unsigned only(cluster::Role role) { return 1u << static_cast<unsigned>(role); }

namespace verb {
inline constexpr std::string_view kRegister = "sys.master.register";
inline constexpr std::string_view kLeave = "sys.master.leave";  // joined by hand, and about to stop
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
inline constexpr std::string_view kConsoleJoin = "sys.console.join";
inline constexpr std::string_view kConsolePlan = "sys.console.plan";
inline constexpr std::string_view kConsoleAdd = "sys.console.add";
inline constexpr std::string_view kConsoleRemove = "sys.console.remove";
inline constexpr std::string_view kConsoleUsers = "sys.console.users";
inline constexpr std::string_view kConsoleKick = "sys.console.kick";
}  // namespace verb

inline constexpr unsigned kServers = only(cluster::Role::server),
                          kMasters = only(cluster::Role::master),
                          kConsoles = only(cluster::Role::console),
                          kWhoLooks = kConsoles | only(cluster::Role::observer);

inline constexpr Verb kVerbs[] = {
    {verb::kRegister, kServers},       {verb::kLeave, kServers},
    {verb::kReady, kServers},          {verb::kLog, kServers},
    {verb::kView, kMasters},           {verb::kStats, kMasters},
    {verb::kStop, kMasters},           {verb::kUsers, kMasters},
    {verb::kKick, kMasters},           {verb::kConsoleList, kWhoLooks},
    {verb::kConsoleUsers, kWhoLooks},  {verb::kConsoleStart, kConsoles},
    {verb::kConsoleStop, kConsoles},   {verb::kConsoleRestart, kConsoles},
    {verb::kConsoleKill, kConsoles},   {verb::kConsoleJoin, kConsoles},
    {verb::kConsolePlan, kWhoLooks},   {verb::kConsoleAdd, kConsoles},
    {verb::kConsoleRemove, kConsoles}, {verb::kConsoleKick, kConsoles},
};

bool allowed(std::string_view route, cluster::Role caller);
// What a caller is told who may not.
std::string not_allowed(cluster::Role caller);

// Adds a remote that only the role of the table reaches; to others the call fails. A body that
// cannot be read fails the call as well.
template <class Message, class Body>
void add_verb(cluster::Remotes& remotes, std::string_view route, Body body) {
  remotes.add(
      std::string(route), [route, body = std::move(body)](cluster::IncomingCall call) mutable {
        if (!allowed(route, call.caller().role))
          return call.fail(Error(code::kFailed, not_allowed(call.caller().role)));
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
