// Random events by seed; afterwards all that must hold whatever happens is looked at.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;

namespace {

class Busy {
 public:
  explicit Busy(Server& server) : server_(server) {}
  Task<Json> slow(BackendSession& session, const Json& body) {
    server_.channels().open("room").add(session);
    auto slept = server_.sleep(std::chrono::milliseconds(body.as_integer() % 50));
    co_await slept;
    auto bound = session.bind("u" + std::to_string(body.as_integer() % 7));
    try {
      co_await bound;
    } catch (const Error&) {
    }
    server_.channels().open("room").push("onSay", body);
    co_return body;
  }
  Task<Json> kick(BackendSession& session, const Json& body) {
    auto kicked = session.kick();
    co_await kicked;
    co_return body;
  }

 private:
  Server& server_;
};

class Front {
 public:
  explicit Front(Server& server) : server_(server) {}
  Json watch(FrontendSession& session, const Json& body) {
    session.on_close([](FrontendSession& s) { ++closed[s.id()]; });
    return body;
  }
  Task<Json> kick_uid(FrontendSession& session, const Json& body) {
    auto slept = server_.sleep(std::chrono::milliseconds(3));
    co_await slept;
    server_.sessions().kick("u" + std::to_string(body.as_integer() % 7));
    server_.channels().open("own").add(session);
    server_.channels().open("own").push("onOwn", body);
    co_return body;
  }
  static inline std::map<SessionId, int> closed;

 private:
  Server& server_;
};

struct Chaos : Town {
  explicit Chaos(std::uint64_t seed) : Town(seed), random(seed) {
    Front::closed.clear();
    type("chat").handler<Busy>("h").on<&Busy::slow>("slow").on<&Busy::kick>("kick");
    type("connector")
        .handler<Front>("h")
        .on<&Front::watch>("watch")
        .on<&Front::kick_uid>("kickUid");
    frontend("connector-1", "connector");
    frontend("connector-2", "connector");
    backend("chat-1", "chat");
    backend("chat-2", "chat");
    start();
    for (int i = 0; i < 8; ++i) clients.push_back(&new_client());
  }
  std::uint64_t pick(std::uint64_t of) { return random() % of; }
  TestClient& new_client() {
    TestClient& client = join(pick(2) == 0 ? "connector-1" : "connector-2",
                              pick(2) == 0 ? TestClient::Over::tcp : TestClient::Over::websocket);
    if (pick(2) == 0) client.request("connector.h.watch", "1");
    return client;
  }
  void turns(std::uint64_t most) {
    for (std::uint64_t i = pick(most); i > 0; --i) world.loop().turn();
  }
  void restart(const std::string& id) {
    kill(id);
    info(id).incarnation += 100;
    REQUIRE(open(info(id)).ok());
    if (pick(2) == 0) turns(20);
    show();
  }
  void step() {
    TestClient*& client = clients[pick(clients.size())];
    const std::string number = std::to_string(pick(1000));
    switch (pick(12)) {
      case 0:
        client->stream.reset();
        client = &new_client();
        break;
      case 1:
        client->request("chat.h.kick", number);
        break;
      case 2:
        client->request("connector.h.kickUid", number);
        break;
      case 3:
        if (pick(5) == 0) restart(pick(2) == 0 ? "chat-1" : "chat-2");
        break;
      case 4:
        pass(static_cast<int>(pick(60)));
        break;
      case 5:
        client->send_bytes(std::string(pick(20), static_cast<char>(pick(256))));
        break;
      default:
        client->request("chat.h.slow", number);
    }
    turns(6);
  }

  std::mt19937_64 random;
  std::vector<TestClient*> clients;
};

}  // namespace

TEST_CASE(
    "whatever happens: one answer at most per request, one close event per session, no ghosts") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    CAPTURE(seed);
    Chaos town(seed);
    for (int i = 0; i < 150; ++i) town.step();
    town.pass(12'000);
    for (TestClient* client : town.clients) {
      std::set<std::string> answered;
      for (const std::string& line : client->heard) {
        if (!line.starts_with("answer ")) continue;
        CHECK(answered.insert(line.substr(7, line.find(' ', 7) - 7)).second);
      }
      // Who is still there has got an answer to everything it asked.
      if (!client->ended) CHECK(answered.size() == client->last_id);
    }
    for (const auto& [id, times] : Front::closed) CHECK(times == 1);
    std::size_t sessions = 0;
    for (const char* id : {"connector-1", "connector-2"}) {
      CHECK(town.server(id).connections() == town.server(id).sessions().size());
      sessions += town.server(id).sessions().size();
    }
    for (const char* id : {"chat-1", "chat-2"})
      CHECK(town.server(id).channels().open("room").size() <= sessions);
    for (TestClient* client : town.clients) client->stream.reset();
    town.settle();
    for (const char* id : {"connector-1", "connector-2"}) {
      CHECK(town.server(id).sessions().size() == 0);
      CHECK(town.server(id).bound_sessions() == 0);
      CHECK(town.server(id).channels().open("own").size() == 0);
    }
    for (const char* id : {"chat-1", "chat-2"})
      CHECK(town.server(id).channels().open("room").size() == 0);
  }
}
