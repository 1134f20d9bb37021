// Sessions, channels and the order of what one handler does, as clients and backends see them.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;

namespace {

std::string text_of(const Json& body, std::string_view key) { return body.find(key)->as_string(); }

// What a session looks like from a backend.
Json seen(const Session& session) {
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

const std::string kRoom = R"({"room":"r"})";
const std::string kOnSay = R"(push onSay {"room":"r"})";

}  // namespace

TEST_CASE("a backend binds a session, the frontend's rules decide, and the next request sees it") {
  Chat town;
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "chat.room.bind", R"({"uid":"amy"})") ==
        R"({"uid":"amy","frontend":"connector-1","settings":{}})");
  CHECK(town.ask(client, "area.room.look") ==
        R"({"uid":"amy","frontend":"connector-1","settings":{}})");
  CHECK(town.ask(client, "connector.h.look") ==
        R"({"uid":"amy","frontend":"connector-1","settings":{}})");
  CHECK(town.ask(client, "chat.room.bind", R"({"uid":"amy"})").starts_with(R"({"uid":"amy")"));
  CHECK(town.ask(client, "chat.room.bind", R"({"uid":"bob"})") == R"({"code":500})");
  CHECK(town.ask(client, "chat.room.bind", R"({"uid":""})") == R"({"code":500})");
  CHECK(town.log("chat-1").count("session has already bind with amy") == 1);
  CHECK(town.ask(client, "chat.room.unbind", R"({"uid":"bob"})") == R"({"code":500})");
  CHECK(town.ask(client, "chat.room.unbind", R"({"uid":"amy"})").starts_with(R"({"uid":"")"));
  CHECK(!town.server("connector-1").sessions().contains("amy"));
}

TEST_CASE("a bind that the frontend refused leaves the session unbound") {
  Chat town;
  TestClient& client = town.join("connector-1");
  const std::uint32_t first = client.request("chat.room.bind", R"({"uid":"amy"})");
  const std::uint32_t second = client.request("chat.room.bindAndLook", R"({"uid":"bob"})");
  town.settle();
  CHECK(client.answer(first).starts_with(R"({"uid":"amy")"));
  CHECK(client.answer(second).starts_with(R"({"uid":"")"));  // its snapshot is from before
}

TEST_CASE("set is local to a backend until it is pushed, and names its keys") {
  Chat town;
  TestClient& client = town.join("connector-1");
  const auto settings = [&] {
    const std::string look = town.ask(client, "chat.room.look");
    return look.substr(look.find("\"settings\":") + 11);
  };
  town.ask(client, "chat.room.setOnly");
  CHECK(settings() == "{}}");
  town.ask(client, "chat.room.push", R"({"key":"a","value":1})");
  CHECK(settings() == R"({"a":1}})");
  town.ask(client, "chat.room.pushAll", R"({"value":2})");
  CHECK(settings() == R"({"a":2,"b":2}})");
  CHECK(town.ask(client, "chat.room.push", R"({"key":"a","value":[1]})") == R"({"code":500})");
  CHECK(settings() == R"({"a":2,"b":2}})");
}

TEST_CASE("what one backend pushes does not undo the keys of another") {
  Chat town;
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 10; ++i) {
    const std::string value = std::to_string(i);
    client.request("chat.room.push", R"({"key":"a","value":)" + value + "}");
    client.request("area.room.push", R"({"key":"b","value":)" + value + "}");
    client.request("connector.h.set", R"({"key":"rid","value":)" + value + "}");
  }
  town.settle();
  CHECK(town.ask(client, "connector.h.look").ends_with(R"("settings":{"a":9,"b":9,"rid":9}})"));
}

TEST_CASE(
    "bind, settings, pushes, answer and kick of one handler reach the client in their order") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Chat town(seed);
    TestClient& client = town.join("connector-1");
    std::string uid, setting;
    const auto session = [&] { return town.server("connector-1").sessions().find("ordered"); };
    client.request("chat.room.inOrder");
    while (town.world.loop().turn()) {
      if (client.count("push onSecond") != 0 && uid.empty() && !session().empty()) {
        uid = session()[0].uid();
        setting = session()[0].get("a").as_string();
      }
    }
    const std::vector<std::string> heard(client.heard.begin() + 1, client.heard.end());
    CHECK(heard == std::vector<std::string>{"push onFirst 1", "push onSecond 2",
                                            R"(answer 1 "answer")", "push onThird 3",
                                            R"(kick {"reason":"last"})"});
    CHECK(client.ended);
  }
}

TEST_CASE("a backend kicks a session, or all of a uid on a frontend") {
  Chat town;
  TestClient& one = town.login("connector-1", "amy");
  TestClient& amy = town.login("connector-1", "bob");
  TestClient& again = town.login("connector-1", "bob", TestClient::Over::websocket);
  one.request("chat.room.kick");
  town.settle();
  CHECK(one.count(R"(kick {"reason":"from afar"})") == 1);
  CHECK(one.ended);
  TestClient& other = town.login("connector-2", "carl");
  town.ask(other, "chat.room.kickUid", R"({"uid":"bob"})");
  for (TestClient* client : {&amy, &again}) {
    CHECK(client->count(R"(kick {"reason":"other login"})") == 1);
    CHECK(client->ended);
  }
  CHECK(town.server("connector-1").sessions().size() == 0);
  CHECK(!other.ended);
}

TEST_CASE("a close event that throws is logged, and the server goes on") {
  Chat town;
  TestClient& client = town.login("connector-1", "amy");
  town.ask(client, "connector.h.brokenClose");
  town.ask(client, "chat.room.join", kRoom);
  town.hang_up(client);
  CHECK(town.log("connector-1").count("defect in on_close") == 1);
  CHECK(town.room("r").size() == 0);
  CHECK(town.server("connector-1").connections() == 0);
}

TEST_CASE("kicking in a close event, or kicking twice, sends one kick") {
  Chat town;
  TestClient& client = town.join("connector-1");
  client.request("connector.h.kickInClose");
  town.settle();
  CHECK(client.count("kick") == 1);
  CHECK(client.ended);
}

TEST_CASE("a push reaches each member once, on all frontends") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  TestClient& bob = town.login("connector-2", "bob", TestClient::Over::websocket);
  TestClient& carl = town.login("connector-1", "carl");
  CHECK(town.ask(amy, "chat.room.join", kRoom) == "true");
  CHECK(town.ask(amy, "chat.room.join", kRoom) == "false");
  CHECK(town.ask(bob, "chat.room.join", kRoom) == "true");
  CHECK(town.ask(carl, "chat.room.joinUid", kRoom) == "true");
  CHECK(town.ask(carl, "chat.room.joinUid", kRoom) == "false");
  CHECK(town.ask(amy, "chat.room.members", kRoom) == R"(["amy","bob","carl"])");
  for (int i = 0; i < 3; ++i) town.ask(amy, "chat.room.say", kRoom);
  for (TestClient* client : {&amy, &bob, &carl}) CHECK(client->count(kOnSay) == 3);
  CHECK(town.ask(amy, "chat.room.leave", kRoom) == "true");
  CHECK(town.ask(amy, "chat.room.leave", kRoom) == "false");
  town.ask(bob, "chat.room.say", kRoom);
  CHECK(amy.count(kOnSay) == 3);
  CHECK(bob.count(kOnSay) == 4);
  town.ask(bob, "chat.room.destroy", kRoom);
  CHECK(town.server("chat-1").channels().find("r") == nullptr);
  town.ask(bob, "chat.room.say", kRoom);
  CHECK(bob.count(kOnSay) == 4);
}

TEST_CASE("a session that ends leaves its channels by itself") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  TestClient& bob = town.login("connector-1", "bob");
  for (const char* room : {R"({"room":"r"})", R"({"room":"s"})"}) {
    town.ask(amy, "chat.room.join", room);
    town.ask(bob, "chat.room.join", room);
  }
  town.hang_up(amy);
  CHECK(town.room("r").size() == 1);
  CHECK(town.room("s").size() == 1);
  CHECK(town.room("r").find("amy") == nullptr);
  CHECK(town.room("r").find("bob")->frontend == "connector-1");
}

TEST_CASE("a session whose end was not heard of leaves with the next push") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  town.ask(amy, "chat.room.join", kRoom);
  const SessionId id = town.room("r").members()[0].session;
  town.hang_up(amy);
  REQUIRE(town.room("r").size() == 0);
  struct Late final : Session {
    Late(SessionId id, const std::string& frontend) : Session(id, frontend) {}
    const detail::SessionData& data() const override { return held; }
    detail::SessionData held;
  };
  const std::string connector = "connector-1";
  CHECK(town.room("r").add(Late(id, connector)));
  town.room("r").push("onSay", Json(1));
  town.settle();
  CHECK(town.room("r").size() == 0);
  // On the frontend itself there is nobody else to tell.
  CHECK(!town.server("connector-1").channels().open("own").add(Late(id, connector)));
}

TEST_CASE("members leave with their frontend") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  TestClient& bob = town.login("connector-2", "bob");
  TestClient& carl = town.login("connector-1", "carl");
  town.ask(amy, "chat.room.join", kRoom);
  town.ask(bob, "chat.room.join", kRoom);
  town.ask(carl, "chat.room.joinUid", kRoom);
  SUBCASE("that is down") { town.info("connector-1").state = ServerInfo::State::down; }
  SUBCASE("that is given up") { town.info("connector-1").state = ServerInfo::State::failed; }
  SUBCASE("that was replaced") { town.info("connector-1").incarnation = 100; }
  SUBCASE("that was removed") { town.entries.erase(town.entries.begin()); }
  CHECK(town.room("r").size() == 3);
  town.kill("connector-1");
  town.show();
  CHECK(town.room("r").size() == 1);
  CHECK(town.room("r").find("bob") != nullptr);
}

TEST_CASE("without a master, members of a frontend leave when it has been away for long") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  TestClient& bob = town.login("connector-2", "bob");
  town.ask(amy, "chat.room.joinUid", kRoom);
  town.ask(bob, "chat.room.join", kRoom);
  town.kill("connector-1");
  town.pass(9'000);
  CHECK(town.room("r").size() == 2);
  town.pass(2'000);
  CHECK(town.room("r").size() == 1);
  CHECK(town.room("r").find("bob") != nullptr);
}

TEST_CASE("who joins by a new incarnation of a frontend before the view tells of it stays") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  town.ask(amy, "chat.room.join", kRoom);
  town.kill("connector-1");
  town.info("connector-1").incarnation = 100;
  REQUIRE(town.open(town.info("connector-1")).ok());
  // The new process has the view, the chat server has not.
  town.server("connector-1").apply_view({100, town.entries});
  town.pass(2000);
  TestClient& bob = town.login("connector-1", "bob");
  TestClient& carl = town.login("connector-1", "carl");
  CHECK(town.ask(bob, "chat.room.join", kRoom) == "true");
  CHECK(town.ask(carl, "chat.room.joinUid", kRoom) == "true");
  std::uint64_t number = 101;
  SUBCASE("and says that it is up") {}
  SUBCASE("and first says that it is down, though the next was begun") {
    auto entries = town.entries;
    entries[0].state = ServerInfo::State::down;
    REQUIRE(entries[0].id == "connector-1");
    town.server("chat-1").apply_view({number++, entries});
  }
  town.server("chat-1").apply_view({number, town.entries});
  town.settle();
  CHECK(town.room("r").find("amy") == nullptr);
  CHECK(town.room("r").find("bob") != nullptr);
  CHECK(town.room("r").find("carl") != nullptr);
}

TEST_CASE("pushes go to listed members, to all of a type, or to the bound of it") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  TestClient& bob = town.login("connector-1", "bob");
  TestClient& nobody = town.join("connector-2");
  TestClient& unready = town.connect("connector-1");
  town.ask(amy, "chat.room.whisper", R"({"to":"bob"})");
  CHECK(amy.count("push onWhisper") == 1);
  CHECK(bob.count("push onWhisper") == 1);
  CHECK(nobody.count("push onWhisper") == 0);
  town.ask(amy, "chat.room.broadcast", "{}");
  for (TestClient* client : {&amy, &bob, &nobody}) CHECK(client->count("push onAll") == 1);
  town.ask(amy, "chat.room.broadcast", R"({"bound":1})");
  CHECK(amy.count("push onAll") == 2);
  CHECK(nobody.count("push onAll") == 1);
  CHECK(unready.count("push") == 0);
}

TEST_CASE("a backend has no sessions of its own") {
  Chat town;
  CHECK_THROWS_AS(town.server("chat-1").sessions(), Error);
}

TEST_CASE("after all have gone, every count is 0") {
  Chat town;
  for (int round = 0; round < 3; ++round) {
    std::vector<TestClient*> clients;
    for (int i = 0; i < 10; ++i) {
      clients.push_back(&town.login("connector-1", "u" + std::to_string(i)));
      town.ask(*clients.back(), "chat.room.join", kRoom);
    }
    CHECK(town.room("r").size() == 10);
    for (TestClient* client : clients) client->stream.reset();
    town.settle();
    CHECK(town.room("r").size() == 0);
    CHECK(town.server("connector-1").connections() == 0);
    CHECK(town.server("connector-1").bound_sessions() == 0);
    CHECK(town.server("connector-1").sessions().size() == 0);
  }
}
