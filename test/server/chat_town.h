#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "server/town.h"

// A town with two connectors and two backends, whose handlers do all that can be done with sessions
// and channels.
namespace shaddock::server {

inline std::string text_of(const Json& body, std::string_view key) {
  return body.find(key)->as_string();
}

// What a session looks like from a backend.
inline Json seen(const Session& session) {
  Json settings = Json::object();
  for (const char* key : {"a", "b", "rid"})
    if (const Json* value = session.find(key)) settings.set(key, *value);
  return {{"uid", session.uid()}, {"frontend", session.frontend()}, {"settings", settings}};
}

class Room {
 public:
  explicit Room(Server& server) : server_(server) {}

  Json look(BackendSession& session, const Json&) { return seen(session); }
  Task<Json> bind(BackendSession& session, const Json& body) {
    auto bound = session.bind(text_of(body, "uid"));
    co_await bound;
    co_return seen(session);
  }
  // What the session says when the frontend has refused.
  Task<Json> bind_and_look(BackendSession& session, const Json& body) {
    auto bound = session.bind(text_of(body, "uid"));
    try {
      co_await bound;
    } catch (const Error&) {
      co_return seen(session);
    }
    co_return "bound";
  }
  Task<Json> unbind(BackendSession& session, const Json& body) {
    auto unbound = session.unbind(text_of(body, "uid"));
    co_await unbound;
    co_return seen(session);
  }
  void set_only(BackendSession& session, const Json&) { session.set("a", "never pushed"); }
  Task<> push(BackendSession& session, const Json& body) {
    session.set(text_of(body, "key"), *body.find("value"));
    session.set("rid", "local");
    auto pushed = session.push(text_of(body, "key"));
    co_await pushed;
  }
  Task<> push_all(BackendSession& session, const Json& body) {
    session.set("a", *body.find("value"));
    session.set("b", *body.find("value"));
    auto pushed = session.push_all();
    co_await pushed;
    auto nothing = session.push_all();
    co_await nothing;
  }
  Task<> kick(BackendSession& session, const Json&) {
    auto kicked = session.kick("from afar");
    co_await kicked;
  }
  Task<> kick_uid(BackendSession&, const Json& body) {
    auto kicked = server_.kick("connector-1", text_of(body, "uid"), "other login");
    co_await kicked;
  }

  Json join(BackendSession& session, const Json& body) { return channel(body).add(session); }
  Json join_uid(BackendSession& session, const Json& body) {
    return channel(body).add(session.uid(), session.frontend());
  }
  Json leave(BackendSession& session, const Json& body) { return channel(body).leave(session); }
  Json members(BackendSession&, const Json& body) {
    Json uids = Json::array();
    for (const Member& member : channel(body).members()) uids.push_back(member.uid);
    return uids;
  }
  void say(BackendSession&, const Json& body) { channel(body).push("onSay", body); }
  void destroy(BackendSession&, const Json& body) {
    server_.channels().destroy(text_of(body, "room"));
  }
  void whisper(BackendSession& session, const Json& body) {
    const std::vector<Member> to = {{text_of(body, "to"), session.frontend(), 0},
                                    {"", session.frontend(), session.id()}};
    server_.channels().push("onWhisper", body, to);
  }
  void broadcast(BackendSession&, const Json& body) {
    server_.channels().broadcast("connector", "onAll", body, body.find("bound") != nullptr);
  }
  // Everything that one handler can send to its own client, in this order.
  void in_order(BackendSession& session, const Json&, Reply<Json> reply) {
    Channel& own = server_.channels().open("own " + to_string_id(session.id()));
    own.add(session);
    own.push("onFirst", Json(1));
    session.bind("ordered");
    session.set("a", "ordered");
    session.push_all();
    own.push("onSecond", Json(2));
    reply(Json("answer"));
    own.push("onThird", Json(3));
    session.kick("last");
  }

 private:
  Channel& channel(const Json& body) { return server_.channels().open(text_of(body, "room")); }
  Server& server_;
};

struct Chat : Town {
  explicit Chat(std::uint64_t seed = 1) : Town(seed) {
    describe(type("chat"));
    describe(type("area"));
    type("connector")
        .handler("h")
        .on("login",
            [](FrontendSession& session, const Json& body) -> Task<> {
              auto bound = session.bind(text_of(body, "uid"));
              co_await bound;
            })
        .on("look", [](FrontendSession& session, const Json&) { return seen(session); })
        .on("set", [](FrontendSession& session,
                      const Json& body) { session.set(text_of(body, "key"), *body.find("value")); })
        .on("brokenClose",
            [](FrontendSession& session, const Json&) {
              session.on_close(
                  [](FrontendSession&) { throw std::runtime_error("defect in on_close"); });
            })
        .on("kickInClose", [](FrontendSession& session, const Json&) {
          session.on_close([](FrontendSession& s) { s.kick("again"); });
          session.kick("once");
        });
    frontend("connector-1", "connector");
    frontend("connector-2", "connector");
    backend("chat-1", "chat");
    backend("area-1", "area");
    start();
  }
  TestClient& login(const std::string& connector, const std::string& uid,
                    TestClient::Over over = TestClient::Over::tcp) {
    TestClient& client = join(connector, over);
    REQUIRE(ask(client, "connector.h.login", R"({"uid":")" + uid + "\"}") == "{}");
    return client;
  }
  Channel& room(const std::string& name) { return server("chat-1").channels().open(name); }

 private:
  static void describe(ServerType type) {
    type.handler<Room>("room")
        .on<&Room::look>("look")
        .on<&Room::bind>("bind")
        .on<&Room::unbind>("unbind")
        .on<&Room::set_only>("setOnly")
        .on<&Room::push>("push")
        .on<&Room::push_all>("pushAll")
        .on<&Room::kick>("kick")
        .on<&Room::kick_uid>("kickUid")
        .on<&Room::join>("join")
        .on<&Room::join_uid>("joinUid")
        .on<&Room::leave>("leave")
        .on<&Room::members>("members")
        .on<&Room::say>("say")
        .on<&Room::destroy>("destroy")
        .on<&Room::whisper>("whisper")
        .on<&Room::bind_and_look>("bindAndLook")
        .on<&Room::broadcast>("broadcast")
        .on<&Room::in_order>("inOrder");
  }
};

inline const std::string kRoom = R"({"room":"r"})";
inline const std::string kOnSay = R"(push onSay {"room":"r"})";

}  // namespace shaddock::server
