#include "server/connector.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/gate.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;
using Over = TestClient::Over;
using protocol::PackageType;

TEST_CASE("kick tells the reason and closes; what is answered afterwards is not sent") {
  Gate town;
  for (const Over over : {Over::tcp, Over::websocket}) {
    TestClient& client = town.join("connector-1", over);
    client.request("connector.h.kick");
    client.request("connector.h.echo");
    town.settle();
    CHECK(client.count(R"(kick {"reason":"bye"})") == 1);
    CHECK(client.count("answer") == 0);
    CHECK(client.ended);
    TestClient& quiet = town.join("connector-1", over);
    quiet.request("connector.h.leave");
    town.settle();
    CHECK(quiet.count("kick") == 0);
    CHECK(quiet.ended);
  }
}

TEST_CASE("requests beyond max_unanswered end with 429, and the count goes down again") {
  Gate town([](Settings::Connector& connector) { connector.limits.unanswered = 1024; });
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 1024; ++i) client.request("connector.h.keep");
  town.settle();
  CHECK(client.count("answer") == 0);
  CHECK(town.ask(client, "connector.h.echo", "1") == R"({"code":429})");
  CHECK(town.ask(client, "connector.h.keep") == R"({"code":429})");
  for (auto& reply : town.kept) reply(Json("ok"));
  town.settle();
  CHECK(client.count("answer") == 1026);
  for (int round = 0; round < 3; ++round)
    for (const char* route : {"connector.h.echo", "connector.h.none", "nobody.h.f", "connector.h"})
      CHECK(town.ask(client, route) != R"({"code":429})");
  for (int i = 0; i < 1024; ++i) client.request("connector.h.echo");
  town.settle();
  CHECK(client.count(R"(answer )") == 1026 + 12 + 1024);
  CHECK(!client.knows(R"(answer 1030 {"code":429})"));
}

TEST_CASE("connections beyond max_connections are refused, and the count goes down again") {
  Gate town([](Settings::Connector& connector) { connector.limits.connections = 2; });
  for (int round = 0; round < 5; ++round) {
    TestClient& first = town.join("connector-1");
    TestClient& second = town.join("connector-1");
    TestClient& third = town.join("connector-1");
    CHECK(third.ended);
    CHECK(town.ask(second, "connector.h.echo", "1") == "1");
    CHECK(town.server().connections() == 2);
    town.hang_up(first);
    town.hang_up(second);
    CHECK(town.server().connections() == 0);
    CHECK(town.server().sessions().size() == 0);
  }
}

TEST_CASE(
    "a handler that takes too long is answered with 504 once, and its late answer is dropped") {
  Gate town;
  TestClient& client = town.join("connector-1");
  const auto id = client.request("connector.h.keep");
  town.pass(9900);
  CHECK(client.answer(id) == "");
  town.pass(200);
  CHECK(client.answer(id) == R"({"code":504})");
  town.kept[0](Json("late"));
  town.settle();
  CHECK(client.count("answer") == 1);
}

TEST_CASE("replies and Tasks may end after their client has gone") {
  Gate town;
  TestClient& client = town.join("connector-1");
  client.request("connector.h.keep");
  client.request("connector.h.keep");
  town.settle();
  town.hang_up(client);
  town.kept[0](Json(1));
  town.kept.clear();
  town.pass(20'000);
  CHECK(town.server().connections() == 0);
}
