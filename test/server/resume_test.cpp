// A client that comes back to its session after its connection dropped.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/resuming.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Over = TestClient::Over;

namespace {

// What it heard from the ack on, without heartbeats.
Lines data_of(const TestClient& client) {
  Lines lines;
  for (const std::string& line : client.heard)
    if (!line.starts_with("handshake") && !line.starts_with("heartbeat")) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("who does not ask hears nothing of it, and neither does who asks where it is off") {
  Resuming town;
  TestClient& old = town.join("connector-1");
  CHECK(Resuming::offer(old).is_null());
  CHECK(old.knows(R"(handshake {"code":200,"sys":{}})"));
  town.hang_up(old);
  CHECK(town.front().sessions().size() == 0);
  Lobby off;
  TestClient& asks = off.join("connector-1", Over::tcp, Resuming::hello("{}"));
  CHECK(asks.knows(R"(handshake {"code":200,"sys":{}})"));
}

TEST_CASE("who asks is given a token and the time") {
  Resuming town;
  const Json offer = Resuming::offer(town.join("connector-1", Over::tcp, Resuming::hello("{}")));
  CHECK(offer.at("seconds") == Json(10));
  CHECK(offer.at("resumed") == Json(false));
  CHECK(offer.at("token").as_string().starts_with("connector-1."));
  CHECK(offer.find("received") == nullptr);
}

TEST_CASE("a client comes back to its session with uid, settings and handles") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    Resuming town;
    TestClient& before = town.guest("amy", over);
    FrontendSession session = town.session("amy");
    session.set("rid", "r1");
    int closed = 0;
    session.on_close([&closed](FrontendSession&) { ++closed; });
    const std::string token = Resuming::token(before);
    town.hang_up(before);
    CHECK(town.known("amy"));
    CHECK(town.front().connections() == 0);
    CHECK(!session.closed());
    CHECK(session.client_address().starts_with("127.0.0.1"));
    town.pass(9'000);
    TestClient& after = town.back(token, 1, over);
    CHECK(Resuming::offer(after).at("received") == Json(1));
    CHECK(town.front().connections() == 1);
    CHECK(town.front().sessions().size() == 1);
    CHECK(town.ask(after, "connector.h.uid") == R"("amy")");
    CHECK(town.ask(after, "chat.room.uid") == R"("amy")");
    CHECK(town.session("amy").id() == session.id());
    CHECK(session.get("rid") == Json("r1"));
    town.pass(20'000);
    CHECK(town.known("amy"));
    CHECK(closed == 0);
    after.send_bytes("\x05");
    town.hang_up(after);
    town.pass(10'100);
    CHECK(closed == 1);
    CHECK(!town.known("amy"));
  }
}

TEST_CASE("pushes and answers that were missed come again, in order, before new ones") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    Resuming town;
    TestClient& before = town.guest("amy", over);  // its login was answered: package 1
    town.push("onSay", Json(2));
    town.push("onSay", Json(3));
    const std::uint32_t here = before.request("connector.h.keep");
    const std::uint32_t there = before.request("chat.room.keep");
    town.settle();
    const std::string token = Resuming::token(before);
    town.hang_up(before);
    town.push("onSay", Json(4));
    for (auto& reply : town.kept) reply(Json("kept"));
    town.settle();
    town.push("onSay", Json(7));
    TestClient& after = town.connect("connector-1", over);
    after.handshake(Resuming::hello(token, 2));
    town.settle();
    town.push("onSay", Json(8));
    CHECK(data_of(after).empty());  // before its ack
    after.ack();
    town.settle();
    town.push("onSay", Json(9));
    const std::string answer = R"( "kept")";
    CHECK(data_of(after) == Lines{"push onSay 3", "push onSay 4",
                                  "answer " + std::to_string(here) + answer,
                                  "answer " + std::to_string(there) + answer, "push onSay 7",
                                  "push onSay 8", "push onSay 9"});
  }
}

TEST_CASE("what the server has received is told, so that nothing is run twice") {
  Resuming town;
  TestClient& before = town.guest();
  town.ask(before, "connector.h.echo");
  before.notify("connector.h.silent");
  before.request("no.such.route");
  town.settle();
  const std::string token = Resuming::token(before);
  town.hang_up(before);
  TestClient& after = town.back(token, Resuming::received(before));
  CHECK(Resuming::offer(after).at("received") == Json(4));
  CHECK(data_of(after).empty());
  town.ask(after, "connector.h.echo");
  const std::string next = Resuming::token(after);
  town.hang_up(after);
  TestClient& again = town.back(next, Resuming::received(before) + Resuming::received(after));
  CHECK(Resuming::offer(again).at("received") == Json(5));
}

TEST_CASE("a client that is back while its old connection still seems to be there") {
  Resuming town;
  TestClient& before = town.guest();
  int closed = 0;
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  TestClient& after = town.back(Resuming::token(before), 0);
  CHECK(Resuming::resumed(after));
  CHECK(before.ended);
  CHECK(data_of(after) == Lines{R"(answer 1 "amy")"});
  town.push("onSay", Json(2));
  CHECK(after.knows("push onSay 2"));
  CHECK(before.count("push") == 0);
  CHECK(closed == 0);
  CHECK(town.front().connections() == 1);
}

TEST_CASE("a token is good once") {
  Resuming town;
  TestClient& before = town.guest();
  const std::string token = Resuming::token(before);
  town.hang_up(before);
  TestClient& after = town.back(token, 1);
  REQUIRE(Resuming::resumed(after));
  TestClient& replay = town.back(token, 1);  // recorded by somebody
  CHECK(!Resuming::resumed(replay));
  CHECK(town.ask(replay, "connector.h.uid") == R"("")");
  CHECK(!after.ended);
  CHECK(town.ask(after, "connector.h.uid") == R"("amy")");
  CHECK(town.counted(Count::resume_refused) == 1);
  CHECK(town.counted(Count::resumed) == 1);
}

TEST_CASE("a token whose answer was lost on the way may be shown again") {
  Resuming town;
  TestClient& before = town.guest();
  const std::string token = Resuming::token(before);
  town.hang_up(before);
  for (int i = 0; i < 3; ++i) {
    TestClient& unlucky = town.connect("connector-1");
    unlucky.handshake(Resuming::hello(token, 1));
    town.settle();
    REQUIRE(Resuming::resumed(unlucky));
    town.hang_up(unlucky);
    town.push("onSay", Json(i));
  }
  TestClient& after = town.back(token, 1);
  CHECK(Resuming::resumed(after));
  CHECK(data_of(after) == Lines{"push onSay 0", "push onSay 1", "push onSay 2"});
}

TEST_CASE("tokens that are wrong in any way begin a session, and harm nobody") {
  Resuming town;
  TestClient& before = town.guest();
  const std::string token = Resuming::token(before);
  std::string wrong = token;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  std::string other = token;
  other[other.size() - 34] = '9';
  for (const std::string& shown :
       {wrong, other, "connector-9" + token.substr(11), std::string("x"), token + "0"}) {
    CAPTURE(shown);
    TestClient& thief = town.back(shown, 1);
    CHECK(!Resuming::resumed(thief));
    CHECK(Resuming::token(thief) != token);
  }
  CHECK(town.counted(Count::resume_refused) == 5);
  town.hang_up(before);
  CHECK(Resuming::resumed(town.back(token, 1)));
}

TEST_CASE("who claims to have received what was not sent, or misses what is forgotten, is new") {
  for (const std::uint64_t received : {1, 2, 4, 5}) {
    CAPTURE(received);
    Resuming town;
    TestClient& before = town.guest();
    for (int i = 2; i <= 4; ++i) town.push("onSay", Json(i));
    town.acknowledge(before, 2);
    town.hang_up(before);
    TestClient& after = town.back(Resuming::token(before), received);
    const bool possible = received >= 2 && received <= 4;
    CHECK(Resuming::resumed(after) == possible);
    CHECK(data_of(after).size() == (possible ? 4 - received : 0));
    CHECK(town.known("amy") == possible);
  }
}

TEST_CASE("when the time is over the session ends as with a close") {
  Resuming town;
  TestClient& before = town.guest();
  int closed = 0;
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  town.hang_up(before);
  town.pass(9'900);
  CHECK(closed == 0);
  town.pass(200);
  CHECK(closed == 1);
  CHECK(town.front().sessions().size() == 0);
  CHECK(town.counted(Count::resume_expired) == 1);
  CHECK(!Resuming::resumed(town.back(Resuming::token(before), 1)));
}

TEST_CASE("a session that nobody has logged into ends with its connection") {
  Resuming town;
  TestClient& before = town.join("connector-1", Over::tcp, Resuming::hello("{}"));
  town.hang_up(before);
  CHECK(town.front().sessions().size() == 0);
  CHECK(!Resuming::resumed(town.back(Resuming::token(before), 0)));
}

TEST_CASE("a client that leaves as clients do is not waited for") {
  Resuming town;
  TestClient& before = town.guest("amy", Over::websocket);
  net::write_masked_frame(before.stream->output(), net::Opcode::close, std::string("\x03\xE8", 2),
                          7);
  town.settle();
  CHECK(!town.known("amy"));
  TestClient& gone = town.guest("cat");  // what TCP has no word for
  gone.send(protocol::PackageType::kick, {});
  town.settle();
  CHECK(!town.known("cat"));
  CHECK(town.counted(Count::malformed_package) == 0);
  TestClient& page = town.guest("bob", Over::websocket);  // 1001: its page is loaded anew
  net::write_masked_frame(page.stream->output(), net::Opcode::close, std::string("\x03\xE9", 2), 7);
  town.settle();
  CHECK(town.known("bob"));
  CHECK(Resuming::resumed(town.back(Resuming::token(page), 1, Over::websocket)));
}

TEST_CASE("who is kicked, breaks the rules or logs out has nothing to come back to") {
  Resuming town;
  TestClient& kicked = town.guest("amy");
  town.session("amy").kick("bye");
  town.settle();
  CHECK(!town.known("amy"));
  CHECK(!Resuming::resumed(town.back(Resuming::token(kicked), 1)));
  TestClient& rude = town.guest("bob");
  rude.send_bytes("\x09\x09\x09\x09");
  town.settle();
  CHECK(!town.known("bob"));
  TestClient& out = town.guest("cat");
  town.ask(out, "connector.h.logout");
  town.hang_up(out);
  CHECK(!Resuming::resumed(town.back(Resuming::token(out), 1)));
}

TEST_CASE("a session whose client is away can be kicked and logged out") {
  Resuming town;
  int closed = 0;
  for (const bool kick : {true, false}) {
    TestClient& before = town.guest();
    FrontendSession session = town.session("amy");
    session.on_close([&closed](FrontendSession&) { ++closed; });
    town.hang_up(before);
    REQUIRE(!session.closed());
    kick ? session.kick("bye") : session.logout();
    town.settle();
    CHECK(session.closed());
    CHECK(!Resuming::resumed(town.back(Resuming::token(before), 1)));
  }
  CHECK(closed == 2);
}

TEST_CASE("more than fits into the buffer: the session lives with its connection, and no longer") {
  Resuming town([](Settings::Connector& settings) { settings.resume.buffer = 1000; });
  TestClient& before = town.guest();
  for (int i = 0; i < 20; ++i) town.push("onSay", Json(i));
  CHECK(before.count("push") == 20);
  CHECK(town.counted(Count::resume_overrun) == 1);
  CHECK(town.ask(before, "connector.h.uid") == R"("amy")");
  town.hang_up(before);
  CHECK(!town.known("amy"));
  CHECK(!Resuming::resumed(town.back(Resuming::token(before), 21)));
}

TEST_CASE("a buffer that overflows while the client is away ends the session") {
  Resuming town([](Settings::Connector& settings) { settings.resume.buffer = 1000; });
  TestClient& before = town.guest();
  int closed = 0;
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  town.hang_up(before);
  for (int i = 0; i < 20; ++i) town.push("onSay", Json(i));
  CHECK(closed == 1);
  CHECK(town.front().sessions().size() == 0);
}

TEST_CASE(
    "a buffer that overflows before the ack of the way back ends the session, without a hole") {
  Resuming town([](Settings::Connector& settings) { settings.resume.buffer = 1000; });
  TestClient& before = town.guest();
  town.hang_up(before);
  TestClient& after = town.connect("connector-1");
  after.handshake(Resuming::hello(Resuming::token(before), 1));
  town.settle();
  REQUIRE(Resuming::resumed(after));
  for (int i = 0; i < 20; ++i) town.push("onSay", Json(i));
  after.ack();
  town.settle();
  CHECK(after.ended);
  CHECK(data_of(after).empty());
  CHECK(!town.known("amy"));
}

TEST_CASE("whose way back takes too long may try again") {
  Resuming town;
  TestClient& before = town.guest();
  town.hang_up(before);
  TestClient& slow = town.connect("connector-1");
  slow.handshake(Resuming::hello(Resuming::token(before), 1));
  town.pass(10'500);  // no ack
  CHECK(slow.ended);
  CHECK(town.counted(Count::late_ack) == 1);
  REQUIRE(town.known("amy"));
  CHECK(Resuming::resumed(town.back(Resuming::token(before), 1)));
}

TEST_CASE("a connection that stops in the middle of a package is a drop") {
  Resuming town;
  TestClient& before = town.guest();
  before.send_bytes(std::string("\x04\x00\x00\x10half", 8));
  town.pass(11'000);
  CHECK(before.ended);
  CHECK(town.counted(Count::slow_body) == 1);
  REQUIRE(town.known("amy"));
  CHECK(Resuming::resumed(town.back(Resuming::token(before), 1)));
}

TEST_CASE("what is acknowledged makes room") {
  Resuming town([](Settings::Connector& settings) { settings.resume.buffer = 1000; });
  TestClient& before = town.guest();
  for (std::uint32_t i = 0; i < 50; ++i) {
    town.push("onSay", Json(i));
    town.acknowledge(before, i + 2);
    town.pass(60);
  }
  CHECK(!before.ended);
  town.hang_up(before);
  CHECK(town.known("amy"));
  TestClient& after = town.back(Resuming::token(before), 51);
  CHECK(Resuming::resumed(after));
  town.acknowledge(after, 52);  // never sent
  CHECK(after.ended);
  CHECK(!town.known("amy"));
}

TEST_CASE("so many sessions wait at most, and so much is kept for all of them") {
  Resuming town([](Settings::Connector& settings) { settings.resume.sessions = 1; });
  TestClient &one = town.guest("amy"), &two = town.guest("bob");
  town.hang_up(one);
  town.hang_up(two);
  CHECK(town.known("amy"));
  CHECK(!town.known("bob"));
  CHECK(Resuming::resumed(town.back(Resuming::token(one), 1)));
  town.hang_up(town.guest("cat"));
  CHECK(town.known("cat"));
  Resuming small([](Settings::Connector& settings) { settings.resume.bytes = 300; });
  TestClient &first = small.guest("amy"), &second = small.guest("bob");
  for (int i = 0; i < 2; ++i) small.push("onSay", Json(i));
  small.hang_up(first);
  small.hang_up(second);
  CHECK(small.front().sessions().size() <= 1);
}

TEST_CASE("heartbeats tell how many packages have come, and so does each 64th") {
  Resuming town([](Settings::Connector& settings) { settings.heartbeat = 3s; });
  TestClient& client = town.guest();
  CHECK(client.knows("heartbeat 0"));
  client.heartbeat();
  town.settle();
  CHECK(client.knows("heartbeat 1"));
  for (int i = 0; i < 64; ++i) client.notify("connector.h.silent");
  town.settle();
  CHECK(client.knows("heartbeat 65"));
  CHECK(client.count("heartbeat") == 3);
}

TEST_CASE("a client that falls silent is waited for") {
  Resuming town([](Settings::Connector& settings) { settings.heartbeat = 3s; });
  TestClient& before = town.guest();
  town.pass(6'500);
  CHECK(town.counted(Count::silent) == 1);
  CHECK(town.known("amy"));
  CHECK(Resuming::resumed(town.back(Resuming::token(before), 1)));
}

TEST_CASE("the rate limit of a session goes with it") {
  Resuming town([](Settings::Connector& settings) {
    settings.limits.messages_per_second = 1;
    settings.limits.message_burst = 5;
  });
  TestClient& before = town.guest();
  for (int i = 0; i < 4; ++i) town.ask(before, "connector.h.echo");
  town.hang_up(before);
  TestClient& after = town.back(Resuming::token(before), 5);
  CHECK(town.ask(after, "connector.h.echo") == R"({"code":429})");
}

TEST_CASE("clients that read another form, or speak Pitaya's dialect, do not come back") {
  Resuming town;
  TestClient& before = town.guest();
  TestClient& after = town.connect("connector-1");
  after.handshake(R"({"sys":{"type":"t","compress":"zlib","resume":{"token":")" +
                  Resuming::token(before) + R"(","received":1}}})");
  town.settle();
  CHECK(!Resuming::resumed(after));
  CHECK(before.ended);
  TestClient& pitaya = town.connect("connector-1");
  pitaya.handshake(R"({"sys":{"platform":"mac","libVersion":"1","resume":{}}})");
  town.settle();
  CHECK(Resuming::offer(pitaya).is_null());
}

TEST_CASE("a server that stops waits for nobody") {
  Resuming town;
  TestClient& before = town.guest();
  int closed = 0;
  town.session("amy").on_close([&closed](FrontendSession&) { ++closed; });
  town.hang_up(before);
  bool stopped = false;
  town.front().stop([&stopped] { stopped = true; });
  town.pass(3000);
  CHECK(stopped);
  CHECK(closed == 1);
}
