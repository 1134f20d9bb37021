// Channels, their members and pushes, as clients and backends see them.
#include "server/chat_town.h"

using namespace shaddock;
using namespace shaddock::server;

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

TEST_CASE("without a master, members of a frontend leave when it is gone, or away for long") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  TestClient& bob = town.login("connector-2", "bob");
  town.ask(amy, "chat.room.joinUid", kRoom);
  town.ask(bob, "chat.room.join", kRoom);
  town.kill("connector-1");
  SUBCASE("nobody listens at its port any more") {
    town.pass(250);
    CHECK(town.room("r").size() == 2);
    town.pass(750);
  }
  SUBCASE("its port still answers") {
    auto listener = town.world.host().network.listen({"127.0.0.1", town.info("connector-1").port},
                                                     [](std::unique_ptr<net::Stream>) {});
    REQUIRE(listener.ok());
    town.pass(9'000);
    CHECK(town.room("r").size() == 2);
    town.pass(2'000);
  }
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

TEST_CASE("whose uid was a member on the last life of a frontend stays when it joins by the next") {
  Chat town;
  TestClient& amy = town.login("connector-1", "amy");
  town.ask(amy, "chat.room.joinUid", kRoom);
  TestClient& bob = town.login("connector-1", "bob");
  town.ask(bob, "chat.room.joinUid", kRoom);
  town.kill("connector-1");
  town.info("connector-1").incarnation = 100;
  REQUIRE(town.open(town.info("connector-1")).ok());
  // The chat server hears last of the death.
  town.server("connector-1").apply_view({100, town.entries});
  town.pass(2000);
  CHECK(town.room("r").find("amy") != nullptr);
  TestClient& again = town.login("connector-1", "amy");
  town.ask(again, "chat.room.joinUid", kRoom);
  town.server("chat-1").apply_view({101, town.entries});
  town.settle();
  CHECK(town.room("r").find("amy") != nullptr);
  CHECK(town.room("r").find("bob") == nullptr);
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
