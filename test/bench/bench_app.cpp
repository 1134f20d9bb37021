// What tools/bench measures: an echo on a frontend and on a backend, logins and rooms as a game has
// them, and nothing else. The environments of config/ differ in what the settings below say.
#include <shaddock/shaddock.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "echo_messages.h"

namespace {

using namespace std::chrono_literals;
using shaddock::BackendSession;
using shaddock::FrontendSession;
using shaddock::Server;
using shaddock::bench::Echo;
using shaddock::bench::Text;

constexpr const char* kRoom = "room";  // the setting of a session that says where it is

struct Code {
  int code = 200;
  static void fields(auto& m, auto&& f) { f("code", m.code); }
};

struct Query {
  std::string uid;
  static void fields(auto& m, auto&& f) { f("uid", m.uid); }
};

struct Address {
  int code = 200;
  std::string host;
  int port = 0;
  static void fields(auto& m, auto&& f) {
    f("code", m.code);
    f("host", m.host);
    f("port", m.port);
  }
};

struct Enter {
  std::string uid, room;
  static void fields(auto& m, auto&& f) {
    f("uid", m.uid);
    f("room", m.room);
  }
};

struct Guest {
  std::string uid, frontend, room;
  static void fields(auto& m, auto&& f) {
    f("uid", m.uid);
    f("frontend", m.frontend);
    f("room", m.room);
  }
};

struct Say {
  std::int64_t from = 0, n = 0;
  std::string msg;
  static void fields(auto& m, auto&& f) {
    f("from", m.from);
    f("n", m.n);
    f("msg", m.msg);
  }
};

template <class Session>
Echo echo(Session&, const Text& text) {
  return {200, text.msg};
}

class GateHandler {
 public:
  explicit GateHandler(Server& server) : server_(server) {}

  Address query_entry(FrontendSession&, const Query& query) {
    const auto& connector = shaddock::dispatch(query.uid, server_.servers_by_type("connector"));
    return {200, connector.host_for_clients(), connector.client_port};
  }

 private:
  Server& server_;
};

class RoomRemote {
 public:
  explicit RoomRemote(Server& server) : server_(server) {}

  void join(const Guest& guest) {
    server_.channels().open(guest.room).add(guest.uid, guest.frontend);
  }
  void leave(const Guest& guest) {
    shaddock::Channel* room = server_.channels().find(guest.room);
    if (room == nullptr || !room->leave(guest.uid, guest.frontend)) return;
    if (room->size() == 0) server_.channels().destroy(guest.room);
  }

 private:
  Server& server_;
};

class EntryHandler {
 public:
  explicit EntryHandler(Server& server) : server_(server) {}

  shaddock::Task<Code> enter(FrontendSession& session, const Enter& msg) {
    auto bound = session.bind(msg.uid);
    co_await bound;
    session.set(kRoom, msg.room);
    session.on_close([this](FrontendSession& closed) {
      server_.rpc<&RoomRemote::leave>(closed, guest_of(closed));
    });
    auto joined = server_.rpc<&RoomRemote::join>(session, guest_of(session));
    co_await joined;
    co_return Code{};
  }

 private:
  Guest guest_of(const FrontendSession& session) const {
    return {session.uid(), server_.id(), session.get(kRoom).as_string()};
  }

  Server& server_;
};

class RoomHandler {
 public:
  explicit RoomHandler(Server& server) : server_(server) {}

  Code say(BackendSession& session, const Say& msg) {
    shaddock::Channel* room = server_.channels().find(session.get(kRoom).as_string());
    if (room == nullptr) throw shaddock::Error(500, "enter a room first");
    room->push("onSay", msg);
    return {};
  }

 private:
  Server& server_;
};

// All of a room on one backend; who is in none yet on the first.
const shaddock::ServerInfo& by_room(const shaddock::Session& session,
                                    const shaddock::ServerList& backends) {
  const shaddock::Json* room = session.find(kRoom);
  return room == nullptr ? backends.front() : shaddock::dispatch(*room, backends);
}

void describe_settings(shaddock::Application& app) {
  app.configure("all", "gate|connector", [](shaddock::Settings& s) {
    s.connector.limits.messages_per_second = 0;  // a session asks as fast as it can
  });
  app.configure("all", "all", [](shaddock::Settings& s) {
    s.links.calls = 0;  // as many requests are on their way as clients have asked
  });
  app.configure("protobuf", "connector", [](shaddock::Settings& s) {
    s.connector.use_dict = s.connector.use_protobuf = true;
  });
  app.configure("idle|idle_tls", "connector",
                [](shaddock::Settings& s) { s.connector.heartbeat = 30s; });
}

}  // namespace

int main(int argc, char** argv) {
  shaddock::Application app;
  describe_settings(app);
  app.route("backend", by_room);
  app.server("gate")
      .handler<GateHandler>("gateHandler")
      .on<&GateHandler::query_entry>("queryEntry");
  app.server("connector")
      .handler("echoHandler")
      .on("echo", [](FrontendSession& s, const Text& text) { return echo(s, text); });
  app.server("connector").handler<EntryHandler>("entryHandler").on<&EntryHandler::enter>("enter");
  app.server("backend").handler("echoHandler").on("echo", [](BackendSession& s, const Text& text) {
    return echo(s, text);
  });
  app.server("backend").handler<RoomHandler>("roomHandler").on<&RoomHandler::say>("say");
  app.server("backend")
      .remote<RoomRemote>("roomRemote")
      .on<&RoomRemote::join>("join")
      .on<&RoomRemote::leave>("leave");
  return app.run(argc, argv);
}
