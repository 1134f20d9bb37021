// A client that comes back to its session at another frontend.
#include "server/handovers.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "server/bridge.h"
#include "session/login_list.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Lines = Bridge::Lines;
using Over = TestClient::Over;

TEST_CASE("a client comes back to its session on another frontend, with uid and settings") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    Bridge town;
    TestClient& before = town.guest("amy", over);
    int closed = 0;
    town.session("amy").set("rid", "r1");
    town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
    const std::string token = Resuming::token(before);
    town.hang_up(before);
    TestClient& after = town.back_at("connector-2", token, 1, over);
    CHECK(Resuming::resumed(after));
    CHECK(Resuming::offer(after).at("received") == Json(1));
    CHECK(Resuming::token(after).starts_with("connector-2."));
    CHECK(!town.known_at("connector-1"));
    CHECK(town.known_at("connector-2"));
    CHECK(town.server("connector-1").sessions().size() == 0);
    CHECK(town.ask(after, "connector.h.uid") == R"("amy")");
    CHECK(town.ask(after, "chat.room.uid") == R"("amy")");
    CHECK(town.server("connector-2").sessions().find("amy").at(0).get("rid") == Json("r1"));
    CHECK(town.came == Lines{"connector-2 amy"});
    CHECK(closed == 0);
    CHECK(town.counted_at("connector-2", Count::resumed) == 1);
    town.pass(15'000);
    CHECK(town.known_at("connector-2"));
    after.send_bytes("\x05");
    town.hang_up(after);
    town.pass(10'100);
    CHECK(town.ended == Lines{"amy"});
    CHECK(closed == 0);
  }
}

TEST_CASE("what it missed comes first, then what still came to the old frontend, then the new") {
  Bridge town;
  TestClient& before = town.guest();
  town.room().add(town.session("amy"));
  const auto say = [&town](int number) {
    town.room().push("onSay", Json(number));
    town.settle();
  };
  say(2);
  const std::uint32_t here = before.request("connector.h.keep");
  const std::uint32_t there = before.request("chat.room.keep");
  town.settle();
  const std::string token = Resuming::token(before);
  town.hang_up(before);
  say(3);
  TestClient& after = town.back_at("connector-2", token, 1);
  say(4);
  const std::uint32_t next = after.request("chat.room.echo", "8");
  town.settle();
  CHECK(data_of(after) == Lines{"push onSay 2", "push onSay 3", "push onSay 4"});
  for (auto& reply : town.kept) reply(Json("kept"));
  say(7);
  CHECK(town.known_at("connector-2"));
  CHECK(!town.known_at("connector-1"));
  say(9);
  const auto line = [](std::uint32_t id, const char* body) {
    return "answer " + std::to_string(id) + ' ' + body;
  };
  Lines heard = data_of(after);
  REQUIRE(heard.size() == 8);
  CHECK(heard[3] == line(here, R"("kept")"));
  CHECK(heard[4] == line(there, R"("kept")"));
  CHECK(std::count(heard.begin(), heard.end(), "push onSay 7") == 1);
  CHECK(std::count(heard.begin(), heard.end(), line(next, "8")) == 1);
  CHECK(heard[7] == "push onSay 9");
}

TEST_CASE("members of channels move in their places, by session and by uid, and nobody is lost") {
  Bridge town;
  TestClient& before = town.guest();
  TestClient& other = town.guest("bob");
  Lines lost;
  town.room().on_lost([&lost](const Member& who) { lost.push_back(who.uid); });
  town.room().add(town.session("amy"));
  town.room().add("amy", "connector-1");
  town.room().add(town.session("bob"));
  town.ask(before, "chat.room.uid");  // so that its end is told there
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 2);
  const auto members = town.room().members();
  REQUIRE(members.size() == 3);
  CHECK(members[0].frontend == "connector-2");
  CHECK(members[0].session == town.server("connector-2").sessions().find("amy").at(0).id());
  CHECK(members[1].frontend == "connector-2");
  CHECK(members[1].session == 0);
  CHECK(members[2].uid == "bob");
  CHECK(lost.empty());
  town.room().push("onSay", Json("hi"));
  town.settle();
  CHECK(data_of(after) == Lines{R"(push onSay "hi")", R"(push onSay "hi")"});
  CHECK(other.knows(R"(push onSay "hi")"));
  after.send_bytes("\x05");
  town.hang_up(after);
  town.pass(10'100);
  CHECK(lost == Lines{"amy"});
}

TEST_CASE(
    "a uid that has another session at the old frontend stays a member there, and only there") {
  Bridge town;
  TestClient& first = town.guest();
  TestClient& second = town.guest();
  town.room().add("amy", "connector-1");
  const auto frontends = [&town] {
    Lines all;
    for (const Member& member : town.room().members()) all.push_back(member.frontend);
    return all;
  };
  town.hang_up(first);
  town.back_at("connector-2", Resuming::token(first), 1);
  CHECK(frontends() == Lines{"connector-1"});
  town.hang_up(second);
  town.back_at("connector-2", Resuming::token(second), 1);
  CHECK(frontends() == Lines{"connector-2"});
}

TEST_CASE("a push that comes directly waits for those that come by the old frontend") {
  Bridge town;
  TestClient& before = town.guest();
  town.room().add(town.session("amy"));
  const std::uint32_t kept = before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  const SessionId there = town.server("connector-2").sessions().find("amy").at(0).id();
  const Member direct{"amy", "connector-2", there};
  town.server("chat-1").channels().push("onSay", Json("directly"), {&direct, 1});
  town.settle();
  CHECK(data_of(after).empty());
  town.room().push("onSay", Json("passed on"));
  town.settle();
  CHECK(data_of(after) == Lines{R"(push onSay "passed on")"});
  town.kept.at(0)(Json("kept"));
  town.settle();
  CHECK(data_of(after) == Lines{R"(push onSay "passed on")",
                                "answer " + std::to_string(kept) + R"( "kept")",
                                R"(push onSay "directly")"});
}

TEST_CASE("what is said to all clients of all frontends is heard once, on whichever side") {
  Bridge town;
  TestClient& before = town.guest();
  before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  town.push("onSay", Json(1));
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  town.push("onSay", Json(2));  // its request is in hand still: it is at both
  town.kept.clear();
  town.settle();
  town.push("onSay", Json(3));
  Lines pushes = data_of(after);
  std::erase_if(pushes, [](const std::string& line) { return !line.starts_with("push"); });
  CHECK(pushes == Lines{"push onSay 1", "push onSay 2", "push onSay 3"});
}

TEST_CASE("a token is good at one frontend only") {
  Bridge town({}, 3);
  TestClient& before = town.guest();
  const std::string token = Resuming::token(before);
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", token, 1);
  CHECK(Resuming::resumed(after));
  for (const char* connector : {"connector-1", "connector-2", "connector-3"})
    CHECK(!Resuming::resumed(town.back_at(connector, token, 1)));
  CHECK(town.ask(after, "connector.h.uid") == R"("amy")");
  CHECK(town.came == Lines{"connector-2 amy"});
}

TEST_CASE("a token whose answer was lost on the way may be shown again, wherever") {
  for (const std::string next : {"connector-1", "connector-2", "connector-3"}) {
    Bridge town({}, 3);
    TestClient& before = town.guest();
    const std::string token = Resuming::token(before);
    town.hang_up(before);
    TestClient& cut = town.connect("connector-2");
    cut.handshake(Resuming::hello(token, 1));
    town.settle();
    CHECK(Resuming::resumed(cut));
    town.hang_up(cut);  // without its ack
    TestClient& after = town.back_at(next, token, 1);
    CHECK(Resuming::resumed(after));
    CHECK(town.ask(after, "chat.room.uid") == R"("amy")");
    CHECK(town.known_at(next));
  }
}

TEST_CASE("a client that vanishes while its session is asked for finds it there") {
  Bridge town;
  TestClient& before = town.guest();
  const std::string token = Resuming::token(before);
  town.hang_up(before);
  TestClient& cut = town.connect("connector-2");
  cut.handshake(Resuming::hello(token, 1));
  while (town.server("connector-1").bound_sessions() != 0) town.world.loop().turn();
  CHECK(!town.known_at("connector-2"));
  town.hang_up(cut);
  CHECK(town.known_at("connector-2"));
  CHECK(town.server("connector-2").connections() == 0);
  TestClient& after = town.back_at("connector-2", token, 1);
  CHECK(Resuming::resumed(after));
  CHECK(town.ask(after, "connector.h.uid") == R"("amy")");
}

TEST_CASE("tokens that no frontend knows begin a session") {
  Bridge town;
  TestClient& before = town.guest();
  const std::string token = Resuming::token(before);
  town.hang_up(before);
  std::string wrong = token;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  const std::string tail = token.substr(token.find('.'));
  for (const std::string& shown : {wrong, "chat-1" + tail, "connector-9" + tail, "master" + tail})
    CHECK(!Resuming::resumed(town.back_at("connector-2", shown, 1)));
  CHECK(town.counted_at("connector-2", Count::resume_refused) == 4);
  CHECK(!Resuming::resumed(town.back_at("connector-2", token, 9)));  // so many were never sent
  CHECK(!town.known_at("connector-1"));
  CHECK(town.came.empty());
}

TEST_CASE("a frontend that is gone has taken its sessions with it") {
  Bridge town;
  TestClient& before = town.guest();
  const std::string token = Resuming::token(before);
  town.kill("connector-1");
  TestClient& after = town.back_at("connector-2", token, 1);
  CHECK(!Resuming::resumed(after));
  CHECK(town.ask(after, "connector.h.echo") == "{}");
}

TEST_CASE("a request that runs very long is answered through the old frontend, others sooner") {
  Bridge town;
  TestClient& before = town.guest();
  const std::uint32_t slow = before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  const std::uint32_t next = after.request("chat.room.echo", "1");
  town.pass(1'000);
  CHECK(data_of(after).empty());
  town.pass(1'000);
  CHECK(after.answer(next) == "1");
  CHECK(town.server("connector-1").sessions().size() == 1);
  CHECK(town.server("connector-1").bound_sessions() == 0);
  auto& old = town.server("connector-1");
  detail::FrontendState* const shadow = old.frontend_sessions()->state((1ull << 32) + 1);
  REQUIRE(shadow != nullptr);
  CHECK(!old.frontend_sessions()->set(*shadow, "rid", "r2").ok());
  town.kept.at(0)(Json("late"));
  town.settle();
  CHECK(after.answer(slow) == R"("late")");
  CHECK(town.server("connector-1").sessions().size() == 0);
}

TEST_CASE("what a client asks behind a logout is answered, too, when both had to wait") {
  Bridge town;
  TestClient& before = town.guest();
  before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  after.request("connector.h.logout");
  after.request("connector.h.uid");
  town.settle();
  CHECK(after.count("answer") == 0);
  town.kept.at(0)(Json("kept"));
  town.settle();
  CHECK(after.count("answer") == 3);
}

TEST_CASE("the answer to a request that runs very long comes also when its client has logged out") {
  Bridge town;
  TestClient& before = town.guest();
  const std::uint32_t slow = before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  town.pass(2'000);
  bool ends_with_it = false;
  SUBCASE("and is not lost") {}
  SUBCASE("or its connection ends") { ends_with_it = true; }
  town.ask(after, "connector.h.logout");
  if (ends_with_it) {
    town.kill("connector-1");
    CHECK(after.ended);
    return;
  }
  town.kept.at(0)(Json("late"));
  town.settle();
  CHECK(after.answer(slow) == R"("late")");
  CHECK(!after.ended);
}

TEST_CASE("a frontend that is lost before it has passed everything on takes the session with it") {
  Bridge town;
  TestClient& before = town.guest();
  before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  CHECK(Resuming::resumed(after));
  town.kill("connector-1");
  CHECK(after.ended);
  CHECK(!town.known_at("connector-2"));
  CHECK(town.ended == Lines{"amy"});
  CHECK(!Resuming::resumed(town.back_at("connector-2", Resuming::token(after), 0)));
}

TEST_CASE("a frontend that is lost with a session that it has taken ends it where that was") {
  Bridge town;
  TestClient& before = town.guest();
  int closed = 0;
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  town.back_at("connector-2", Resuming::token(before), 1);
  town.kill("connector-2");
  CHECK(closed == 1);
  CHECK(town.server("connector-1").sessions().size() == 0);
  town.kept.clear();
  town.settle();
}

TEST_CASE("who comes for a session that is only just coming waits for it") {
  Bridge town({}, 3);
  TestClient& before = town.guest();
  const std::uint32_t slow = before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& second = town.back_at("connector-2", Resuming::token(before), 1);
  town.hang_up(second);
  TestClient& third = town.connect("connector-3");
  third.handshake(Resuming::hello(Resuming::token(second), 1));
  town.settle();
  CHECK(third.handshakes.empty());
  town.kept.at(0)(Json("kept"));
  town.settle();
  CHECK(Resuming::resumed(third));
  third.ack();
  town.settle();
  CHECK(third.answer(slow) == R"("kept")");
  CHECK(town.ask(third, "chat.room.uid") == R"("amy")");
  CHECK(town.came == Lines{"connector-2 amy", "connector-3 amy"});
}

TEST_CASE("a session can be kicked while it moves") {
  Bridge town;
  TestClient& before = town.guest();
  before.request("chat.room.keep");
  town.settle();
  FrontendSession old = town.session("amy");
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  old.kick("enough");
  town.settle();
  CHECK(after.knows(R"(kick {"reason":"enough"})"));
  CHECK(!town.known_at("connector-2"));
  CHECK(town.came == Lines{"connector-2 amy"});
  CHECK(town.ended == Lines{"amy"});
  town.kept.clear();
  town.settle();
  CHECK(town.server("connector-1").sessions().size() == 0);
}

TEST_CASE("however a session ends that is only just coming, the application hears that it came") {
  const std::vector<std::function<void(Bridge&, TestClient&)>> ends{
      [](Bridge& town, TestClient&) {
        town.server("connector-2").sessions().find("amy").at(0).kick("enough");
      },
      [](Bridge&, TestClient& client) { client.send(protocol::PackageType::kick, {}); },
      [](Bridge& town, TestClient& client) {
        town.hang_up(client);
        town.server("connector-2").sessions().find("amy").at(0).kick("enough");
      }};
  for (const auto& end : ends) {
    Bridge town;
    TestClient& before = town.guest();
    before.request("chat.room.keep");
    town.settle();
    town.hang_up(before);
    TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
    CHECK(town.came.empty());
    end(town, after);
    town.settle();
    CHECK(town.came == Lines{"connector-2 amy"});
    CHECK(town.ended == Lines{"amy"});
    CHECK(!town.known_at("connector-2"));
    town.kept.clear();
    town.pass(5'000);
    CHECK(town.server("connector-1").sessions().size() == 0);
    CHECK(town.ended == Lines{"amy"});
  }
}

TEST_CASE("the answer to a request that runs very long follows its client to a third frontend") {
  Bridge town({}, 3);
  TestClient& before = town.guest();
  const std::uint32_t slow = before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& second = town.back_at("connector-2", Resuming::token(before), 1);
  town.pass(2'000);  // it goes on there, without that answer
  town.hang_up(second);
  TestClient& third = town.back_at("connector-3", Resuming::token(second), 1);
  CHECK(Resuming::resumed(third));
  town.pass(2'000);
  CHECK(town.ask(third, "connector.h.uid") == R"("amy")");
  town.kept.at(0)(Json("late"));
  town.settle();
  CHECK(third.answer(slow) == R"("late")");
  CHECK(town.server("connector-1").sessions().size() == 0);
  CHECK(town.server("connector-2").sessions().size() == 0);
  CHECK(town.ended.empty());
}

TEST_CASE("a session that two frontends have passed on ends at the third when the first is lost") {
  Bridge town({}, 3);
  TestClient& before = town.guest();
  before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& second = town.back_at("connector-2", Resuming::token(before), 1);
  town.pass(2'000);
  town.hang_up(second);
  TestClient& third = town.back_at("connector-3", Resuming::token(second), 1);
  town.kill("connector-1");
  town.pass(2'000);
  CHECK(third.ended);
  CHECK(!town.known_at("connector-3"));
  CHECK(town.server("connector-2").sessions().size() == 0);
  CHECK(town.ended == Lines{"amy"});  // where it was
  town.kept.clear();
  town.settle();
}

TEST_CASE("a client that drops while its session is asked for, and asks again there, finds it") {
  Bridge town;
  TestClient& before = town.guest();
  const std::string token = Resuming::token(before);
  town.hang_up(before);
  TestClient& first = town.connect("connector-2");
  first.handshake(Resuming::hello(token, 1));
  TestClient& again = town.connect("connector-2");
  again.handshake(Resuming::hello(token, 1));
  town.settle();
  REQUIRE(again.handshakes.size() == 1);
  CHECK(Resuming::resumed(again));
  again.ack();
  CHECK(town.ask(again, "connector.h.uid") == R"("amy")");
  CHECK(town.known_at("connector-2"));
  CHECK(!town.known_at("connector-1"));
  CHECK(town.ended.empty());
}

TEST_CASE("more than may be held for a session that comes ends it") {
  Bridge town;
  TestClient& before = town.guest();
  before.request("chat.room.keep");
  town.settle();
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  const std::string big = '"' + std::string(30'000, 'x') + '"';
  for (int i = 0; i < 40 && !after.ended; ++i) {
    after.notify("chat.room.silent", big);
    town.settle();
  }
  CHECK(after.ended);
  CHECK(!town.known_at("connector-2"));
}

TEST_CASE("the rate limit of a session goes with it to another frontend") {
  Bridge town([](Settings::Connector& settings) {
    settings.limits.messages_per_second = 1;
    settings.limits.message_burst = 3;
  });
  TestClient& before = town.guest();
  town.ask(before, "connector.h.echo");
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 2);
  CHECK(town.ask(after, "connector.h.echo") == "{}");
  CHECK(town.ask(after, "connector.h.echo") == R"({"code":429})");
}

TEST_CASE("requests that wait for a session that comes count when they came, not when they go on") {
  Bridge town([](Settings::Connector& settings) {
    settings.limits.messages_per_second = 2;
    settings.limits.message_burst = 2;
  });
  TestClient& before = town.guest();
  before.request("chat.room.keep");
  town.settle();
  town.pass(1'000);
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  std::vector<std::uint32_t> asked;
  for (int i = 0; i < 3; ++i) {
    asked.push_back(after.request("connector.h.echo"));
    town.pass(480);
  }
  CHECK(data_of(after).empty());
  town.pass(1'000);
  for (const std::uint32_t id : asked) CHECK(after.answer(id) == "{}");
  town.kept.clear();
  town.settle();
}

TEST_CASE("the uid of a single login goes with the session, and nobody is kicked") {
  using Policy = Settings::Connector::SingleLogin;
  for (const Policy policy : {Policy::kick_old, Policy::refuse_new}) {
    Bridge town([policy](Settings::Connector& settings) { settings.single_login = policy; }, 3);
    town.pass(500);
    TestClient& before = town.guest();
    REQUIRE(town.known_at("connector-1"));
    town.hang_up(before);
    TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
    CHECK(town.ask(after, "connector.h.uid") == R"("amy")");
    CHECK(!after.ended);
    TestClient& rival = town.join("connector-3");
    town.ask(rival, "connector.h.login", R"({"uid":"amy"})");
    CHECK(town.known_at("connector-3") == (policy == Policy::kick_old));
    CHECK(after.ended == (policy == Policy::kick_old));
    CHECK(town.known_at("connector-2") == (policy == Policy::refuse_new));
  }
}

TEST_CASE(
    "a client whose uid nobody can confirm in time is not told that it is logged in elsewhere") {
  Bridge town(
      [](Settings::Connector& settings) {
        settings.single_login = Settings::Connector::SingleLogin::kick_old;
      },
      3);
  town.pass(500);
  const session::LoginList list({"connector-1", "connector-2", "connector-3"});
  std::string uid = "a";
  while (*list.holder_of(session::login_key(uid, "main")) != "connector-3") uid += 'a';
  TestClient& before = town.guest(uid);
  REQUIRE(town.known_at("connector-1", uid));
  town.kill("connector-3");
  town.hang_up(before);
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  CHECK(Resuming::resumed(after));
  town.pass(6'000);
  CHECK(after.ended);
  CHECK(!after.knows(R"(kick {"reason":"logged in elsewhere"})"));
  CHECK(town.ended == Lines{uid});
}

TEST_CASE("a frontend that stops waits until its clients have come elsewhere for their sessions") {
  Bridge town;
  TestClient& before = town.guest();
  TestClient& other = town.join("connector-1");
  const std::uint32_t kept = before.request("chat.room.keep");
  town.settle();
  bool stopped = false;
  town.server("connector-1").stop([&stopped] { stopped = true; });
  town.pass(500);
  CHECK(before.ended);
  CHECK(other.ended);
  CHECK(!stopped);
  CHECK(town.known_at("connector-1"));
  TestClient& after = town.back_at("connector-2", Resuming::token(before), 1);
  const std::uint32_t next = after.request("chat.room.echo", "2");
  town.pass(100);
  CHECK(!stopped);
  town.kept.at(0)(Json("kept"));
  town.pass(100);
  CHECK(stopped);
  CHECK(after.answer(kept) == R"("kept")");
  CHECK(after.answer(next) == "2");
  CHECK(town.came == Lines{"connector-2 amy"});
  CHECK(town.ended.empty());
  town.kill("connector-1");
  after.request("chat.room.silent");  // with the number of the one that was kept
  CHECK(town.ask(after, "chat.room.uid") == R"("amy")");
}

TEST_CASE("a frontend that stops ends the sessions whose clients do not come, within its limit") {
  Bridge town([](Settings::Connector& settings) { settings.resume.keep = 60s; });
  TestClient& before = town.guest();
  int closed = 0;
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  bool stopped = false;
  town.server("connector-1").stop([&stopped] { stopped = true; });
  town.pass(9'000);
  CHECK(before.ended);
  CHECK(!stopped);
  CHECK(closed == 0);
  town.pass(1'600);
  CHECK(stopped);
  CHECK(closed == 1);
}

TEST_CASE("where all frontends stop nobody is waited for") {
  Bridge town;
  TestClient& before = town.guest();
  town.hang_up(before);
  int stopped = 0;
  for (const char* connector : {"connector-1", "connector-2"})
    town.server(connector).stop([&stopped] { ++stopped; });
  town.pass(200);
  CHECK(stopped == 2);
}
