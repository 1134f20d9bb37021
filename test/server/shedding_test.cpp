// A cluster in which every turn of a loop takes long: what is refused then, and what is not.
#include <doctest/doctest.h>

#include <string>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;

namespace {

constexpr const char* kShedAnswer = R"({"code":503})";

struct Remote {
  explicit Remote(Server& server) : server(server) {}
  std::string who() { return server.id(); }
  Server& server;
};

struct Handler {
  explicit Handler(Server& server) : server(server) {}
  std::string who(BackendSession&, const Json&) { return server.id(); }
  std::string who_here(FrontendSession&, const Json&) { return server.id(); }
  Task<std::string> late(BackendSession&, const Json&) {
    auto some_time = server.sleep(100ms);
    co_await some_time;
    server.channels().broadcast("connector", "late", Json(1));
    co_return server.id();
  }
  Server& server;
};

// A connector and two chats. Those of the id, or type, that is named look at the time.
struct Crossing : Town {
  explicit Crossing(const std::string& who, const Router& router = by_key()) {
    type("connector").handler<Handler>("h").on<&Handler::who_here>("who");
    type("chat").handler<Handler>("h").on<&Handler::who>("who").on<&Handler::late>("late");
    type("chat").remote<Remote>("r").on<&Remote::who>("who");
    backend("chat-1", "chat");
    backend("chat-2", "chat");
    frontend("connector-1", "connector");
    start([&](const ServerInfo& info, Settings& settings) {
      settings.route("chat", router);
      const bool looks = info.id == who || info.type == who;
      settings.overload = {looks ? 50ms : 0ms, 0ms, 70ms};
    });
  }
  void be_late(net::Duration time) { world.loop().late = time; }
  std::uint64_t count(const std::string& id, Count what) { return server(id).counts()[what]; }
  std::string rpc() {
    std::string who;
    server("connector-1").rpc<&Remote::who>(std::string()).then([&](Result<std::string> answer) {
      who = answer.ok() ? *answer : std::to_string(answer.error().code);
    });
    settle();
    return who;
  }
};

}  // namespace

TEST_CASE("a backend that is late refuses what is new, until it is in time again") {
  Crossing town("chat");
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "chat.h.who") == "\"chat-1\"");
  const std::uint64_t before = town.server("chat-1").requests();
  town.be_late(51ms);
  CHECK(town.ask(client, "chat.h.who") == kShedAnswer);
  client.notify("chat.h.who");
  town.settle();
  CHECK(town.count("chat-1", Count::shed_requests) == 1);
  CHECK(town.count("chat-1", Count::shed_notifies) == 1);
  CHECK(town.server("chat-1").requests() == before);  // no handler saw them
  CHECK(town.ask(client, "connector.h.who") == "\"connector-1\"");
  town.be_late(50ms);
  CHECK(town.ask(client, "chat.h.who") == "\"chat-1\"");
}

TEST_CASE("a frontend that is late refuses what is for itself and what it would forward") {
  Crossing town("connector");
  TestClient& client = town.join("connector-1");
  town.be_late(51ms);
  CHECK(town.ask(client, "connector.h.who") == kShedAnswer);
  CHECK(town.ask(client, "chat.h.who") == kShedAnswer);
  client.notify("chat.h.who");
  town.settle();
  CHECK(town.count("connector-1", Count::shed_requests) == 2);
  CHECK(town.count("connector-1", Count::shed_notifies) == 1);
  CHECK(town.server("chat-1").requests() == 0);
  town.be_late(0ms);
  CHECK(town.ask(client, "chat.h.who") == "\"chat-1\"");
}

TEST_CASE("what was begun ends: answers, pushes and heartbeats pass a late server") {
  Crossing town("connector");
  Crossing other("chat");
  for (Crossing* const one : {&town, &other}) {
    TestClient& client = one->join("connector-1");
    const auto begun = client.request("chat.h.late");
    one->settle();
    one->be_late(10s);
    one->pass(5000);  // links and clients hear of each other
    CHECK(client.answer(begun) == "\"chat-1\"");
    CHECK(client.count("push late") == 1);
    CHECK_FALSE(client.ended);
    CHECK(one->server("connector-1").endpoint().find("chat-1") != nullptr);
    one->be_late(0ms);
    CHECK(one->ask(client, "chat.h.who") == "\"chat-1\"");
  }
}

TEST_CASE("who comes while a server is late may come: a handshake is no request") {
  Crossing town("connector");
  town.be_late(10s);
  TestClient& client = town.join("connector-1");
  town.be_late(0ms);
  CHECK(town.ask(client, "connector.h.who") == "\"connector-1\"");
}

TEST_CASE("calls of other servers are refused at twice the delay") {
  Crossing town("chat");
  town.be_late(100ms);
  CHECK(town.rpc() == "chat-1");
  town.be_late(101ms);
  CHECK(town.rpc() == "503");
  CHECK(town.count("chat-1", Count::shed_calls) == 1);
}

TEST_CASE("a request that is refused runs elsewhere when its router is live, in bounds") {
  Crossing town("chat-1", round_robin());
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 20; ++i) town.ask(client, "chat.h.who");
  town.be_late(51ms);
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string answer = town.ask(client, "chat.h.who");
    if (answer == kShedAnswer)
      ++refused;
    else
      CHECK(answer == "\"chat-2\"");
  }
  // One in ten of some sixty that were sent may be sent again.
  CHECK(refused > 0);
  CHECK(town.count("chat-1", Count::shed_requests) - static_cast<std::uint64_t>(refused) == 6);
}

TEST_CASE("when all are late nothing is asked for ever: one more try at most") {
  Crossing town("chat", round_robin());
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 20; ++i) town.ask(client, "chat.h.who");
  town.be_late(51ms);
  for (int i = 0; i < 20; ++i) CHECK(town.ask(client, "chat.h.who") == kShedAnswer);
  const auto tries =
      town.count("chat-1", Count::shed_requests) + town.count("chat-2", Count::shed_requests);
  CHECK(tries > 20);
  CHECK(tries <= 24);
}
