// Sessions that go on at another frontend while a link between the servers is slow, or full.
#include <string>
#include <vector>

#include "server/bridge.h"
#include "server/handovers.h"

using namespace shaddock;
using namespace shaddock::server;
using Lines = Bridge::Lines;

namespace {

// The server whose place the member has.
std::string place_of(Bridge& town) {
  const auto members = town.room().members();
  return members.size() == 1 ? members[0].frontend : "nowhere";
}

}  // namespace

TEST_CASE("no server is told that a session moved before its new frontend has it") {
  for (const bool asked : {false, true}) {
    Bridge town;
    TestClient& before = town.guest();
    town.room().add(town.session("amy"));
    if (asked) before.request("chat.room.keep");
    town.settle();
    town.hang_up(before);
    town.hold("connector-1", "connector-2");
    TestClient& after = town.connect("connector-2");
    after.handshake(Resuming::hello(Resuming::token(before), 1));
    town.pass(500);  // it is on its way
    if (asked) town.kept.at(0)(Json("kept"));
    town.pass(500);
    CHECK(town.server("connector-1").bound_sessions() == 0);
    CHECK(!town.known_at("connector-2"));
    CHECK(place_of(town) == "connector-1");
    town.room().push("onSay", Json("on the way"));
    town.settle();
    town.let_through("connector-1", "connector-2");
    CHECK(Resuming::resumed(after));
    after.ack();
    town.settle();
    CHECK(place_of(town) == "connector-2");
    CHECK(after.count(R"(push onSay "on the way")") == 1);
    CHECK(after.count("answer") == (asked ? 1 : 0));
  }
}

TEST_CASE(
    "requests at the new frontend wait until all that were sent from the old one have started") {
  Bridge town;
  TestClient& before = town.guest();
  town.hold("connector-1", "chat-1");
  const std::uint32_t first = before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  const std::uint32_t second = after.request("chat.room.keep");
  // Half before it is told that it moved, half after.
  town.pass(2'400);
  CHECK(town.kept.empty());
  town.let_through("connector-1", "chat-1");
  REQUIRE(town.kept.size() == 2);
  town.kept.at(1)(Json("second"));
  town.kept.at(0)(Json("first"));
  town.settle();
  CHECK(after.answer(first) == R"("first")");
  CHECK(after.answer(second) == R"("second")");
}

TEST_CASE(
    "a server that was out of reach when a session moved hears of it when it is linked again") {
  Bridge town;
  TestClient& before = town.guest();
  std::uint64_t heard = 1;
  SUBCASE("one that had requests of it") {
    town.ask(before, "chat.room.uid");
    ++heard;
  }
  SUBCASE("one that knows it from elsewhere") {}
  town.room().add(town.session("amy"));
  town.room().add("amy", "connector-1");
  town.link("connector-1", "chat-1").close("cut");
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), heard);
  REQUIRE(Resuming::resumed(after));
  SUBCASE("and is lost again before it could hear") {
    auto& loop = static_cast<cluster::MemoryLoop&>(town.world.loop());
    while (town.server("connector-1").endpoint().find("chat-1") == nullptr)
      if (!loop.turn()) loop.timers().advance(loop.now() + net::Duration(1));
    town.hold("connector-1", "chat-1");
    town.link("connector-1", "chat-1").close("cut");
    town.pass(3'000);  // until the other end finds out
  }
  town.pass(2'000);
  CHECK(town.server("connector-1").endpoint().find("chat-1") != nullptr);
  const auto members = town.room().members();
  REQUIRE(members.size() == 2);
  CHECK(members[0].frontend == "connector-2");
  CHECK(members[1].frontend == "connector-2");
  town.room().push("onSay", Json("hi"));
  town.settle();
  CHECK(data_of(after) == Lines{R"(push onSay "hi")", R"(push onSay "hi")"});
}

TEST_CASE("a server out of reach hears late of a move, and knows where the uid has gone since") {
  Bridge town;
  TestClient* client = &town.guest();
  town.ask(*client, "chat.room.uid");
  town.room().add("amy", "connector-1");
  town.link("connector-1", "chat-1").close("cut");
  std::uint64_t heard = Resuming::received(*client);
  for (const char* next : {"connector-2", "connector-1"}) {
    const std::string token = Resuming::token(*client);
    town.hang_up(*client);
    client = &town.back_at(next, token, heard);
    REQUIRE(Resuming::resumed(*client));
    heard += Resuming::received(*client);
  }
  REQUIRE(town.server("connector-1").endpoint().find("chat-1") == nullptr);
  town.pass(2'000);
  REQUIRE(town.server("connector-1").endpoint().find("chat-1") != nullptr);
  REQUIRE(town.room().members().size() == 1);
  CHECK(town.room().members()[0].frontend == "connector-1");
}

TEST_CASE("a session that came back to a frontend which is lost then ends where it was last") {
  Bridge town;
  TestClient& before = town.guest();
  before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& there = town.back_at("connector-2", Resuming::token(before), 1);
  town.pass(2'000);  // it goes on there, without that answer
  town.hang_up(there);
  TestClient& again = town.back_at("connector-1", Resuming::token(there), 1);
  REQUIRE(Resuming::resumed(again));
  town.kill("connector-1");
  CHECK(town.ended == Lines{"amy"});
  CHECK(town.server("connector-2").sessions().size() == 0);
}

TEST_CASE("no server is told that a session moved which its new frontend does not say to have") {
  Bridge town;
  int closed = 0;
  Lines lost;
  TestClient& before = town.guest();
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  town.room().on_lost([&lost](const Member& who) { lost.push_back(who.frontend); });
  town.room().add(town.session("amy"));
  town.ask(before, "chat.room.uid");  // so that its end is told there
  town.hang_up(before);
  TestClient& after = town.connect("connector-2");
  after.handshake(Resuming::hello(Resuming::token(before), 2));
  while (town.server("connector-1").bound_sessions() != 0) town.world.loop().turn();
  town.hold("connector-2", "connector-1");
  town.pass(2'900);
  CHECK(place_of(town) == "connector-1");
  town.pass(200);
  CHECK(closed == 1);
  CHECK(lost == Lines{"connector-1"});
  town.let_through("connector-2", "connector-1");
}

TEST_CASE("who asks twice at one frontend, and is answered late, finds its session once") {
  for (const bool hangs_up : {false, true}) {
    Bridge town;
    TestClient& before = town.guest();
    town.room().add(town.session("amy"));
    const std::string token = Resuming::token(before);
    town.hang_up(before);
    town.hold("connector-1", "connector-2");
    TestClient& first = town.connect("connector-2");
    first.handshake(Resuming::hello(token, 1));
    town.pass(300);
    if (hangs_up) town.hang_up(first);
    TestClient& again = town.connect("connector-2");
    again.handshake(Resuming::hello(token, 1));
    town.pass(300);
    town.room().push("onSay", Json("on the way"));
    town.settle();
    CHECK(again.handshakes.empty());
    town.let_through("connector-1", "connector-2");
    REQUIRE(again.handshakes.size() == 1);
    CHECK(Resuming::resumed(again));
    CHECK(first.ended == !hangs_up);
    again.ack();
    town.settle();
    CHECK(again.count(R"(push onSay "on the way")") == 1);
    CHECK(town.ask(again, "chat.room.uid") == R"("amy")");
    CHECK(place_of(town) == "connector-2");
    CHECK(town.came == Lines{"connector-2 amy"});
    CHECK(town.ended.empty());
    CHECK(town.server("connector-1").sessions().size() == 0);
    CHECK(town.server("connector-2").sessions().size() == 1);
  }
}

TEST_CASE("a session that is given to who does not wait for it any more ends where it was") {
  Bridge town;
  int closed = 0;
  TestClient& before = town.guest();
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  town.hang_up(before);
  town.hold("connector-2", "connector-1");
  TestClient& after = town.connect("connector-2");
  after.handshake(Resuming::hello(Resuming::token(before), 1));
  town.pass(2'000);
  town.trickle("connector-2", "connector-1");
  town.pass(1'100);
  REQUIRE(after.handshakes.size() == 1);
  CHECK(!Resuming::resumed(after));
  town.let_through("connector-2", "connector-1");
  CHECK(closed == 0);
  town.pass(3'100);
  CHECK(closed == 1);
  CHECK(town.server("connector-1").sessions().size() == 0);
  after.ack();
  town.settle();
  CHECK(town.ask(after, "connector.h.uid") == R"("")");
  CHECK(town.came.empty());
}

TEST_CASE("a session that ends while it is coming leaves its channels, once") {
  for (const std::string end : {"there", "here"}) {
    Bridge town;
    Lines lost;
    TestClient& before = town.guest();
    town.room().on_lost([&lost](const Member& who) { lost.push_back(who.uid); });
    town.room().add(town.session("amy"));
    before.request("chat.room.keep");
    town.settle();
    FrontendSession old = town.session("amy");
    town.hang_up(before);
    TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
    if (end == "here") old.kick("enough");
    if (end == "there") town.server("connector-2").sessions().find("amy").at(0).kick("enough");
    town.settle();
    CHECK(after.count("kick") == 1);
    CHECK(town.ended == Lines{"amy"});
    town.kept.clear();
    town.pass(5'000);
    CHECK(lost == Lines{"amy"});
    CHECK(town.room().size() == 0);
    CHECK(town.server("connector-1").sessions().size() == 0);
    CHECK(town.server("connector-2").sessions().size() == 0);
  }
}
