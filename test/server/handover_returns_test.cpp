// Sessions that go on at another frontend, and then where they came from.
#include <string>
#include <vector>

#include "server/bridge.h"

using namespace shaddock;
using namespace shaddock::server;
using Lines = Bridge::Lines;

namespace {

FrontendSession session_at(Bridge& town, const std::string& connector) {
  return town.server(connector).sessions().find("amy").at(0);
}

}  // namespace

TEST_CASE("a session that goes back to where it came from has all that it had, and is there once") {
  Bridge town;
  int closed = 0;
  Lines lost;
  TestClient& first = town.guest();
  const SessionId original = town.session("amy").id();
  town.session("amy").set("rid", "r1");
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  town.room().on_lost([&lost](const Member& who) { lost.push_back(who.uid); });
  town.room().add(town.session("amy"));
  town.room().add("amy", "connector-1");
  town.hang_up(first);
  TestClient& second = town.back_at("connector-2", Resuming::token(first), 1);
  session_at(town, "connector-2").set("rid", "r2");
  CHECK(town.ask(second, "chat.room.uid") == R"("amy")");
  town.hang_up(second);
  town.room().push("onSay", Json("missed"));
  town.settle();
  TestClient& third = town.back_at("connector-1", Resuming::token(second), 2);
  CHECK(Resuming::resumed(third));
  CHECK(Resuming::offer(third).at("received") == Json(2));
  CHECK(town.server("connector-1").sessions().size() == 1);
  CHECK(town.server("connector-2").sessions().size() == 0);
  CHECK(session_at(town, "connector-1").id() != original);
  CHECK(session_at(town, "connector-1").get("rid") == Json("r2"));
  CHECK(town.ask(third, "connector.h.uid") == R"("amy")");
  CHECK(town.ask(third, "chat.room.uid") == R"("amy")");
  const auto members = town.room().members();
  REQUIRE(members.size() == 2);
  CHECK(members[0].frontend == "connector-1");
  CHECK(members[0].session == session_at(town, "connector-1").id());
  CHECK(members[1].frontend == "connector-1");
  CHECK(members[1].session == 0);
  town.room().push("onSay", Json("hi"));
  town.push("onSay", Json("all"));
  CHECK(third.count(R"(push onSay "missed")") == 2);
  CHECK(third.count(R"(push onSay "hi")") == 2);
  CHECK(third.count(R"(push onSay "all")") == 1);
  CHECK(town.came == Lines{"connector-2 amy", "connector-1 amy"});
  third.send_bytes("\x05");
  town.hang_up(third);
  town.pass(10'100);
  CHECK(closed == 0);
  CHECK(town.ended == Lines{"amy"});
  CHECK(lost == Lines{"amy"});
}

TEST_CASE("a session that goes back while its old self still waits for an answer hears all once") {
  Bridge town;
  TestClient& first = town.guest();
  const std::uint32_t slow = first.request("chat.room.keep");
  town.room().add("amy", "connector-1");
  town.settle();
  town.hang_up(first);
  TestClient& second = town.back_at("connector-2", Resuming::token(first), 1);
  town.pass(2'000);  // it goes on there, without that answer
  town.hang_up(second);
  TestClient& third = town.back_at("connector-1", Resuming::token(second), 1);
  CHECK(Resuming::resumed(third));
  town.pass(2'000);
  CHECK(town.ask(third, "connector.h.uid") == R"("amy")");
  town.room().push("onSay", Json("hi"));
  town.push("onSay", Json("all"));
  CHECK(third.count(R"(push onSay "hi")") == 1);
  CHECK(third.count(R"(push onSay "all")") == 1);
  town.kept.at(0)(Json("late"));
  town.settle();
  CHECK(third.answer(slow) == R"("late")");
  CHECK(town.server("connector-1").sessions().size() == 1);
  CHECK(town.server("connector-2").sessions().size() == 0);
  CHECK(town.ended.empty());
}

TEST_CASE("requests of a session that goes to and fro are each run once, and answered once") {
  Bridge town;
  TestClient* client = &town.guest();
  std::uint64_t heard = Resuming::received(*client), asked = 1;
  for (int trip = 0; trip < 6; ++trip) {
    const std::uint32_t id = client->request("chat.room.keep");
    ++asked;
    town.settle();
    const std::string token = Resuming::token(*client);
    town.hang_up(*client);
    client = &town.back_at(trip % 2 == 0 ? "connector-2" : "connector-1", token, heard);
    CHECK(Resuming::resumed(*client));
    CHECK(Resuming::offer(*client).at("received") == Json(asked));
    REQUIRE(town.kept.size() == static_cast<std::size_t>(trip + 1));
    town.kept.back()(Json("kept"));
    town.settle();
    CHECK(client->answer(id) == R"("kept")");
    heard += Resuming::received(*client);
    CHECK(heard == asked);
  }
  CHECK(town.came.size() == 6);
  CHECK(town.ended.empty());
}

TEST_CASE("the uid of a single login goes to and fro with its session") {
  using Policy = Settings::Connector::SingleLogin;
  for (const Policy policy : {Policy::kick_old, Policy::refuse_new}) {
    Bridge town([policy](Settings::Connector& settings) { settings.single_login = policy; });
    town.pass(500);
    TestClient* client = &town.guest();
    std::uint64_t heard = Resuming::received(*client);
    for (const char* next : {"connector-2", "connector-1", "connector-2"}) {
      const std::string token = Resuming::token(*client);
      town.hang_up(*client);
      client = &town.back_at(next, token, heard);
      REQUIRE(Resuming::resumed(*client));
      CHECK(town.ask(*client, "connector.h.uid") == R"("amy")");
      heard += Resuming::received(*client);
    }
    CHECK(!client->ended);
    CHECK(town.ended.empty());
  }
}
