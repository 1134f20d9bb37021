#pragma once

#include <shaddock/fields.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/view.h"

// What master, agents and console say to each other.
namespace shaddock::admin {

struct LogMessage {
  int level = 0;
  std::string line;
  std::uint64_t lost = 0;  // lines before this one that were too many
  static void fields(auto& m, auto&& f) {
    f("level", m.level);
    f("line", m.line);
    f("lost", m.lost);
  }
};

struct ServerMessage {
  ServerInfo::State state = ServerInfo::State::starting;
  std::uint64_t incarnation = 0;
  std::string id, type, host, client_host;
  int port = 0, client_port = 0;
  bool frontend = false;
  std::vector<std::string> extras;  // key, value, key, value ...
  static void fields(auto& m, auto&& f) {
    f("id", m.id);
    f("type", m.type);
    f("host", m.host);
    f("port", m.port);
    f("clientHost", m.client_host);
    f("clientPort", m.client_port);
    f("frontend", m.frontend);
    f("extras", m.extras);
    f("state", m.state);
    f("incarnation", m.incarnation);
  }
};

struct ViewMessage {
  std::uint64_t number = 0;
  std::vector<ServerMessage> servers;
  static void fields(auto& m, auto&& f) {
    f("number", m.number);
    f("servers", m.servers);
  }
};

ServerMessage to_message(const ServerInfo& info);
ServerInfo to_info(ServerMessage message);
ViewMessage to_message(const cluster::View& view);
cluster::View to_view(ViewMessage message);

// How a server does.
struct StatsMessage {
  int pid = 0;
  std::uint64_t resident_bytes = 0, connections = 0, sessions = 0, uptime_ms = 0;
  std::optional<std::uint64_t> requests{};  // that its handlers were given, since it began
  static void fields(auto& m, auto&& f) {
    f("pid", m.pid);
    f("rss", m.resident_bytes);
    f("connections", m.connections);
    f("sessions", m.sessions);
    f("uptime", m.uptime_ms);
    f("requests", m.requests);
  }
};

// One line of `list`. Without stats: the process is not there or did not answer.
struct RowMessage {
  std::string id, type, state;
  bool frontend = false;
  int pid = 0;
  std::optional<StatsMessage> stats;
  std::optional<std::string> note{};  // how its last process ended, unless the next one is ready
  std::optional<std::uint64_t> stop_limit{};  // milliseconds that it may take to stop
  std::optional<bool> by_hand{};              // joined by hand
  static void fields(auto& m, auto&& f) {
    f("id", m.id);
    f("type", m.type);
    f("state", m.state);
    f("frontend", m.frontend);
    f("pid", m.pid);
    f("stats", m.stats);
    f("note", m.note);
    f("byHand", m.by_hand);
    f("stopLimit", m.stop_limit);
  }
};

struct ListRequest {
  bool stats = false;  // they are asked of all servers, and one that hangs delays the answer
  static void fields(auto& m, auto&& f) { f("stats", m.stats); }
};

struct ListMessage {
  std::vector<RowMessage> rows;
  static void fields(auto& m, auto&& f) { f("rows", m.rows); }
};

struct StartMessage {
  std::vector<std::string> ids;
  static void fields(auto& m, auto&& f) { f("ids", m.ids); }
};

// What to restart, to kill.
struct ServersMessage {
  std::vector<std::string> ids;
  static void fields(auto& m, auto&& f) { f("ids", m.ids); }
};

struct UsersRequest {
  std::uint64_t most = 0;  // of each frontend
  static void fields(auto& m, auto&& f) { f("most", m.most); }
};

struct UserMessage {
  std::string uid;
  std::uint64_t connections = 0;
  static void fields(auto& m, auto&& f) {
    f("uid", m.uid);
    f("connections", m.connections);
  }
};

inline constexpr std::uint64_t kMostUsers = 1000;  // that one frontend tells

// Who is bound to sessions of one frontend; `more` are not told.
struct UsersMessage {
  std::vector<UserMessage> users;
  std::uint64_t more = 0;
  static void fields(auto& m, auto&& f) {
    f("users", m.users);
    f("more", m.more);
  }
};

struct KickRequest {
  std::string uid, reason;
  static void fields(auto& m, auto&& f) {
    f("uid", m.uid);
    f("reason", m.reason);
  }
};

struct KickedMessage {
  std::uint64_t sessions = 0;
  static void fields(auto& m, auto&& f) { f("sessions", m.sessions); }
};

// What each frontend said. Without: it has no link or did not answer in time.
struct FrontendUsersMessage {
  std::string id;
  std::optional<UsersMessage> said;
  static void fields(auto& m, auto&& f) {
    f("id", m.id);
    f("said", m.said);
  }
};
struct AllUsersMessage {
  std::vector<FrontendUsersMessage> frontends;
  static void fields(auto& m, auto&& f) { f("frontends", m.frontends); }
};
struct AllKickedMessage {
  std::uint64_t sessions = 0;
  std::vector<std::string> silent;  // frontends that did not answer
  static void fields(auto& m, auto&& f) {
    f("sessions", m.sessions);
    f("silent", m.silent);
  }
};

// No ids: everything, the master too.
struct StopMessage {
  std::vector<std::string> ids;
  static void fields(auto& m, auto&& f) { f("ids", m.ids); }
};

}  // namespace shaddock::admin
