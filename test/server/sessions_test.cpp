// Sessions and the order of what one handler does, as clients and backends see them.
#include "server/chat_town.h"

using namespace shaddock;
using namespace shaddock::server;

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
