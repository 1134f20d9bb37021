#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Everything the chat says, between client and server and between servers. One struct per message,
// one list of its fields; the names in quotes are Pomelo's.

// ---- client and gate

struct QueryEntry {
  std::optional<std::string> uid;
  static void fields(auto& m, auto&& f) { f("uid", m.uid); }
};

struct Entry {
  int code = 200;
  std::string host;
  int port = 0;
  static void fields(auto& m, auto&& f) {
    f("code", m.code);
    f("host", m.host);
    f("port", m.port);
  }
};

// ---- client and connector

struct Enter {
  std::string username, rid;
  static void fields(auto& m, auto&& f) {
    f("username", m.username);
    f("rid", m.rid);
  }
};

struct Users {
  std::vector<std::string> users;
  static void fields(auto& m, auto&& f) { f("users", m.users); }
};

// ---- client and chat server

// Clients also send "rid" and "from"; as in Pomelo the session says both, so they are not read.
struct Say {
  std::string content;
  std::string target;  // a name, or "*" for the whole room
  static void fields(auto& m, auto&& f) {
    f("content", m.content);
    f("target", m.target);
  }
};

// Pushed as onChat: Pomelo's three fields, without the "route" that its other pushes carry. Its
// clients take the route from the message's head and never look for it here.
struct Words {
  std::string msg, from, target;
  static void fields(auto& m, auto&& f) {
    f("msg", m.msg);
    f("from", m.from);
    f("target", m.target);
  }
};

// Pushed as onAdd and onLeave.
struct Presence {
  std::string route, user;
  static void fields(auto& m, auto&& f) {
    f("route", m.route);
    f("user", m.user);
  }
};

// ---- connector and chat server

struct Guest {
  std::string uid;  // see uid_of()
  std::string sid;  // the connector that holds the connection
  std::string rid;
  static void fields(auto& m, auto&& f) {
    f("uid", m.uid);
    f("sid", m.sid);
    f("rid", m.rid);
  }
};

// A uid is "name*room", so one name may be in several rooms.
inline std::string uid_of(std::string_view name, std::string_view rid) {
  return std::string(name).append("*").append(rid);
}
inline std::string name_of(std::string_view uid) {
  return std::string(uid.substr(0, uid.find('*')));
}
