// FrontendSession::logout(): the session ends, the connection stays.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;

namespace {

constexpr std::string_view kAmy = R"({"uid":"amy"})", kBob = R"({"uid":"bob"})";

struct Hotel : Lobby {
  explicit Hotel(const Lobby::Set& set = {}) : Lobby(set) {}
  TestClient& guest(std::string_view uid, Over over = Over::tcp) {
    TestClient& client = join("connector-1", over);
    ask(client, "connector.h.login", uid);
    return client;
  }
  FrontendSession session(std::string_view uid) { return front().sessions().find(uid).at(0); }
  Channel& room() { return server("chat-1").channels().open("room"); }
};

}  // namespace

TEST_CASE("logout ends the session with its uid and settings, and another begins") {
  Hotel town;
  for (const Over over : {Over::tcp, Over::websocket}) {
    TestClient& client = town.guest(kAmy, over);
    FrontendSession old = town.session("amy");
    old.set("rid", "r1");
    int closed = 0;
    old.on_close([&closed](FrontendSession& session) {
      ++closed;
      CHECK(session.uid() == "amy");
      CHECK(session.get("rid") == Json("r1"));
    });
    CHECK(town.ask(client, "connector.h.logout") == R"("out")");
    CHECK(closed == 1);
    CHECK(old.closed());
    CHECK(old.client_address() == "");
    CHECK(!town.front().sessions().contains("amy"));
    CHECK(town.front().sessions().bound() == 0);
    CHECK(!town.front().sessions().find(old.id()));
    CHECK(town.ask(client, "connector.h.uid") == R"("")");
    CHECK(town.ask(client, "chat.room.uid") == R"("")");
    const std::string number = town.ask(client, "connector.h.number");
    CHECK(number != Json(to_string_id(old.id())).dump());
    CHECK(town.ask(client, "connector.h.login", kBob) == R"("bob")");
    CHECK(town.ask(client, "chat.room.uid") == R"("bob")");
    CHECK(!client.ended);
    town.hang_up(client);
    CHECK(closed == 1);
    CHECK(town.front().sessions().size() == 0);
  }
}

TEST_CASE("the session that logged out leaves its channels, and hears no push any more") {
  Hotel town;
  TestClient& client = town.guest(kAmy);
  town.ask(client, "chat.room.echo");
  FrontendSession old = town.session("amy");
  std::vector<Member> lost;
  town.room().on_lost([&lost](const Member& member) { lost.push_back(member); });
  CHECK(town.room().add(old));
  town.room().push("onSay", Json(1));
  town.settle();
  CHECK(client.heard.back() == "push onSay 1");
  town.ask(client, "connector.h.logout");
  CHECK(town.room().size() == 0);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].session == old.id());
  const std::vector<Member> members = {{"", "connector-1", old.id()}, {"amy", "connector-1", 0}};
  town.server("chat-1").channels().push("onWhisper", Json(2), members);
  town.settle();
  CHECK(client.count("push") == 1);
  town.push("onAll", Json(3));
  CHECK(client.heard.back() == "push onAll 3");
}

TEST_CASE("requests of the old session are still answered, each once, as is the logout itself") {
  Hotel town;
  TestClient& client = town.guest(kAmy);
  const std::uint32_t here = client.request("connector.h.keep"),
                      there = client.request("chat.room.keep"),
                      logout = client.request("connector.h.logout"),
                      late = client.request("chat.room.keep"),
                      fresh = client.request("connector.h.keep");
  town.settle();
  CHECK(client.answer(logout) == R"("out")");
  REQUIRE(town.kept.size() == 4);
  for (auto& reply : town.kept) reply(Json("kept"));
  town.settle();
  for (const std::uint32_t id : {here, there, late, fresh}) CHECK(client.answer(id) == R"("kept")");
  CHECK(client.count("answer") == 6);
  town.pass(20'000);
  CHECK(client.count("answer") == 6);
}

TEST_CASE("requests of the old session that nobody answers end in time") {
  Hotel town;
  TestClient& client = town.guest(kAmy);
  client.request("connector.h.keep");
  client.request("chat.room.keep");
  town.ask(client, "connector.h.logout");
  town.pass(10'100);
  CHECK(client.count(R"(answer 2 {"code":504})") == 1);
  CHECK(client.count(R"(answer 3 {"code":504})") == 1);
  town.kept.clear();
  town.settle();
  CHECK(client.count("answer") == 4);
}

TEST_CASE("a client may go while answers for its old session are due") {
  Hotel town;
  TestClient& client = town.guest(kAmy);
  client.request("connector.h.keep");
  client.request("chat.room.keep");
  town.ask(client, "connector.h.logout");
  town.hang_up(client);
  for (auto& reply : town.kept) reply(Json("kept"));
  town.kept.clear();
  town.pass(20'000);
  CHECK(town.front().connections() == 0);
  CHECK(town.front().sessions().size() == 0);
}

TEST_CASE("logging out again and again is fine; never letting an answer come is not") {
  Hotel town;
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 200; ++i) CHECK(town.ask(client, "connector.h.logout") == R"("out")");
  CHECK(!client.ended);
  client.request("connector.h.keep");
  int outs = 0;
  while (outs < 200 && !client.ended) town.ask(client, "connector.h.logout"), ++outs;
  CHECK(outs == 65);
  CHECK(town.front().sessions().size() == 0);
  CHECK(town.counted(Count::message_flood) == 1);
}

TEST_CASE("a logout from outside of any request, by a notify, or of a client that is going") {
  Hotel town;
  TestClient& client = town.guest(kAmy);
  town.session("amy").logout();
  CHECK(town.ask(client, "connector.h.uid") == R"("")");
  client.notify("connector.h.logout");
  town.push("onAll", Json(1));
  CHECK(client.heard.back() == "push onAll 1");
  town.ask(client, "connector.h.login", kAmy);
  FrontendSession going = town.session("amy");
  going.kick("bye");
  going.logout();
  town.settle();
  CHECK(client.heard.back() == R"(kick {"reason":"bye"})");
  CHECK(client.ended);
  CHECK(town.front().sessions().size() == 0);
  CHECK(town.front().connections() == 0);
}

TEST_CASE("a session that has logged out is gone once nothing of it is due") {
  Hotel town;
  TestClient& client = town.guest(kAmy);
  // All sessions of a client share what it said in its handshake.
  const auto alive = [&] { return town.session("amy").state().client_data.use_count(); };
  CHECK(alive() == 1);
  for (int i = 0; i < 10; ++i) {
    client.notify("connector.h.logout");
    town.ask(client, "connector.h.login", kAmy);
    CHECK(alive() == 1);
  }
  client.request("chat.room.keep");
  town.settle();
  town.ask(client, "connector.h.logout");
  town.ask(client, "connector.h.login", kAmy);
  CHECK(alive() == 2);
  REQUIRE(town.kept.size() == 1);
  town.kept[0](Json(1));
  town.settle();
  CHECK(alive() == 1);
}

TEST_CASE("after a logout the budget before login begins anew") {
  Hotel town([](Settings& settings) {
    settings.connector.before_login.messages = 3;
    settings.connector.before_login.bytes = 1000;
    settings.connector.before_login.time = 1000ms;
  });
  TestClient& client = town.guest(kAmy);
  town.pass(5000);
  town.ask(client, "connector.h.logout");
  town.pass(900);
  for (int i = 0; i < 2; ++i) CHECK(town.ask(client, "connector.h.echo", "1") == "1");
  CHECK(town.ask(client, "connector.h.login", kBob) == R"("bob")");
  town.pass(5000);
  CHECK(!client.ended);
  town.ask(client, "connector.h.logout");
  town.pass(999);
  CHECK(!client.ended);
  town.pass(2);
  CHECK(client.ended);
  CHECK(town.counted(Count::before_login) == 1);
}

TEST_CASE("a close callback may log in the new session at once") {
  Hotel town;
  TestClient& client = town.guest(kAmy);
  FrontendSession old = town.session("amy");
  std::string inside;
  old.on_close([&](FrontendSession& session) {
    session.logout();
    session.kick("no more");
    inside = session.closed() ? "closed" : "open";
  });
  CHECK(town.ask(client, "connector.h.logout") == R"("out")");
  CHECK(inside == "closed");
  CHECK(!client.ended);
}
