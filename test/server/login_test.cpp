// What a client may do before it is bound to a uid (Settings::Connector::before_login).
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/lobby.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using BeforeLogin = Settings::Connector::BeforeLogin;

namespace {

Lobby::Set before(std::function<void(BeforeLogin&)> set) {
  return [set](Settings& settings) { set(settings.connector.before_login); };
}

constexpr std::string_view kAmy = R"({"uid":"amy"})";
// A request of so many bytes in all: flag, id, length of the route, route, body.
std::string body_for(std::size_t message) {
  return '"' + std::string(message - 5 - std::string_view("connector.h.echo").size(), 'x') + '"';
}

}  // namespace

TEST_CASE("the check before login hears of each message until the session is bound") {
  std::vector<std::string> heard;
  Lobby town(before([&heard](BeforeLogin& login) {
    login.check = [&heard](const Request& request) {
      heard.push_back(std::string(request.route()) + ' ' + request.body().dump() +
                      (request.is_notify() ? " notify" : ""));
      if (request.route() != "connector.h.login") throw Error(401, "log in first");
    };
  }));
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "connector.h.echo", "1") == R"({"code":401})");
  CHECK(town.ask(client, "chat.room.echo", R"({"a":1})") == R"({"code":401})");
  client.notify("chat.room.keep");
  CHECK(town.ask(client, "connector.h.login", kAmy) == R"("amy")");
  CHECK(town.ask(client, "connector.h.echo", "1") == "1");
  CHECK(town.ask(client, "chat.room.uid") == R"("amy")");
  CHECK(town.kept.empty());
  CHECK(heard == std::vector<std::string>{"connector.h.echo 1", R"(chat.room.echo {"a":1})",
                                          "chat.room.keep {} notify",
                                          R"(connector.h.login {"uid":"amy"})"});
  CHECK(!client.ended);
}

TEST_CASE("the check may fail in any way, and the next message is checked again") {
  int calls = 0;
  Lobby town(before([&calls](BeforeLogin& login) {
    login.check = [&calls](const Request&) {
      if (++calls == 1) throw std::runtime_error("a defect");
      if (calls == 2) throw Error(402, "pay", Json{{"price", 5}});
    };
  }));
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "connector.h.echo", "1") == R"({"code":500})");
  CHECK(town.ask(client, "connector.h.echo", "1") == R"({"code":402,"price":5})");
  CHECK(town.ask(client, "connector.h.echo", "1") == "1");
}

TEST_CASE("messages before login: so many and none more") {
  Lobby town(before([](BeforeLogin& login) { login.messages = 3; }));
  TestClient& client = town.join("connector-1", Over::websocket);
  for (int i = 0; i < 3; ++i) CHECK(town.ask(client, "connector.h.echo", "1") == "1");
  CHECK(town.ask(client, "connector.h.echo", "1") == "");
  CHECK(client.ended);
  CHECK(client.heard.back() == "close 1008");
  CHECK(town.counted(Count::before_login) == 1);

  TestClient& bound = town.join("connector-1");
  town.ask(bound, "connector.h.echo");
  town.ask(bound, "connector.h.echo");
  CHECK(town.ask(bound, "connector.h.login", kAmy) == R"("amy")");
  for (int i = 0; i < 10; ++i) CHECK(town.ask(bound, "connector.h.echo", "1") == "1");
}

TEST_CASE("bytes before login: so many and none more") {
  constexpr std::size_t kMost = 200;
  for (const std::size_t sum : {kMost - 1, kMost, kMost + 1}) {
    Lobby town(before([](BeforeLogin& login) { login.bytes = kMost; }));
    TestClient& client = town.join("connector-1");
    CHECK(town.ask(client, "connector.h.echo", body_for(100)) == body_for(100));
    client.request("connector.h.echo", body_for(sum - 100));
    town.settle();
    CHECK(client.ended == (sum > kMost));
    CHECK(client.count("answer") == (sum > kMost ? 1 : 2));
    CHECK(town.counted(Count::before_login) == (sum > kMost ? 1 : 0));
  }
}

TEST_CASE("time before login runs from the ack") {
  Lobby town(before([](BeforeLogin& login) { login.time = 1000ms; }));
  TestClient& late = town.join("connector-1");
  TestClient& quick = town.join("connector-1");
  TestClient& no_ack = town.connect("connector-1");
  no_ack.handshake();
  town.pass(998);
  CHECK(!late.ended);
  CHECK(town.ask(quick, "connector.h.login", kAmy) == R"("amy")");
  no_ack.ack();
  town.pass(1);
  CHECK(!late.ended);
  town.pass(2);
  CHECK(late.ended);
  CHECK(town.counted(Count::before_login) == 1);
  CHECK(!no_ack.ended);
  town.pass(1000);
  CHECK(no_ack.ended);
  town.pass(5000);
  CHECK(!quick.ended);
}

TEST_CASE("who is bound by a backend is logged in, and who is unbound is not any more") {
  Lobby town(before([](BeforeLogin& login) { login.messages = 2; }));
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "connector.h.login", kAmy) == R"("amy")");
  for (int i = 0; i < 5; ++i) town.ask(client, "connector.h.echo");
  CHECK(!client.ended);
  auto sessions = town.front().sessions().find("amy");
  REQUIRE(sessions.size() == 1);
  sessions[0].unbind("amy");
  town.ask(client, "connector.h.echo");
  CHECK(!client.ended);
  town.ask(client, "connector.h.echo");
  CHECK(client.ended);
}
