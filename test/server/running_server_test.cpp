#include "server/running_server.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;

namespace {

class SlowRemote {
 public:
  explicit SlowRemote(Server& server) : server_(server) {}
  Task<Json> slow(const Json& value) {
    auto slept = server_.sleep(1min);
    co_await slept;
    co_return value;
  }
  void keep(const Json&, Reply<Json> reply) {
    kept_.push_back(std::make_unique<Reply<Json>>(std::move(reply)));
  }

 private:
  Server& server_;
  std::vector<std::unique_ptr<Reply<Json>>> kept_;
};

// Handlers that wait for everything a handler can wait for.
template <class S>
class Waiting {
 public:
  explicit Waiting(Server& server) : server_(server) {}

  Task<Json> sleep(S&, const Json&) {
    auto slept = server_.sleep(1min);
    co_await slept;
    co_return "slept";
  }
  Task<Json> far(S&, const Json&) {
    auto called = server_.rpc_to<&SlowRemote::slow>("chat-1", Json(1));
    co_return co_await called;
  }
  Task<Json> here(S&, const Json&) {
    auto called = server_.rpc_to<&SlowRemote::keep>(server_.id(), Json(1));
    co_return co_await called;
  }
  // Tries again as long as it is told that it failed, a few times.
  Task<Json> stubborn(S& session, const Json&) {
    int failures = 0;
    for (int i = 0; i < 10; ++i) {
      try {
        auto called = server_.rpc_to<&SlowRemote::slow>("chat-1", Json(1));
        co_await called;
      } catch (const Error&) {
        ++failures;
      }
      try {
        auto slept = server_.sleep(1min);
        co_await slept;
      } catch (const Error&) {
        ++failures;
      }
      if constexpr (std::is_same_v<S, BackendSession>) {
        try {
          auto pushed = session.kick();
          co_await pushed;
        } catch (const Error&) {
          ++failures;
        }
      }
    }
    co_return failures;
  }
  void keep(S&, const Json&, Reply<Json> reply) {
    kept_.push_back(std::make_unique<Reply<Json>>(std::move(reply)));
  }
  void then(S&, const Json&, Reply<Json> reply) {
    server_.rpc_to<&SlowRemote::slow>("chat-1", Json(1))
        .then([this, reply = std::move(reply)](Result<Json> result) mutable {
          ++ends_;
          if (result.ok()) reply(*result);
        });
  }
  Task<Json> unknown(S&, const Json&) {
    auto called = server_.rpc_to<&SlowRemote::slow>("chat-9", Json(1));
    co_return co_await called;
  }

 private:
  Server& server_;
  int ends_ = 0;
  std::vector<std::unique_ptr<Reply<Json>>> kept_;
};

template <class S>
void describe(ServerType type) {
  using H = Waiting<S>;
  type.handler<H>("h")
      .template on<&H::sleep>("sleep")
      .template on<&H::far>("far")
      .template on<&H::here>("here")
      .template on<&H::stubborn>("stubborn")
      .template on<&H::keep>("keep")
      .template on<&H::then>("then")
      .template on<&H::unknown>("unknown");
}

struct Counting final : Filter {
  explicit Counting(std::shared_ptr<std::vector<int>> codes) : codes(std::move(codes)) {}
  void after(Request&, int code) override { codes->push_back(code); }
  std::shared_ptr<std::vector<int>> codes;
};

struct WaitingTown : Town {
  WaitingTown() {
    describe<FrontendSession>(type("connector"));
    describe<BackendSession>(type("play"));
    type("chat").remote<SlowRemote>("r").on<&SlowRemote::slow>("slow");
    // Where rpc_to finds keep, on each of the two.
    type("connector").remote<SlowRemote>("own").on<&SlowRemote::keep>("keep");
    frontend("connector-1", "connector");
    backend("play-1", "play");
    backend("chat-1", "chat");
    start([codes = codes](const ServerInfo&, Settings& settings) {
      settings.filters.push_back([codes](Server&) { return std::make_unique<Counting>(codes); });
      settings.global_filters.push_back(
          [codes](Server&) { return std::make_unique<Counting>(codes); });
    });
  }
  std::shared_ptr<std::vector<int>> codes =
      std::make_shared<std::vector<int>>();  // outlives the servers
};

const std::vector<std::string> kAll = {"sleep", "far",  "here",   "stubborn",
                                       "keep",  "then", "unknown"};

}  // namespace

TEST_CASE("a server that is destroyed ends all that waits on it, while everything is still there") {
  for (const std::string victim : {"connector-1", "play-1", "chat-1"}) {
    CAPTURE(victim);
    WaitingTown town;
    TestClient& client = town.join("connector-1");
    for (const std::string type : {"connector", "play"})
      for (const std::string& method : kAll) client.request(type + ".h." + method);
    town.settle();
    const std::size_t answered = client.count("answer");
    CHECK(answered == 3);  // unknown on both; play has no own remote
    town.kill(victim);
    if (victim == "play-1") CHECK(client.count("answer") == answered + 5);
    if (victim == "chat-1") CHECK(client.answer(2) == R"({"code":522})");
  }
}

TEST_CASE("each request's filters hear one end, also when the server is destroyed") {
  WaitingTown town;
  TestClient& client = town.join("connector-1");
  for (const std::string& method : kAll) client.request("connector.h." + method);
  town.settle();
  town.kill("connector-1");
  CHECK(town.codes->size() == 2 * kAll.size());
}

TEST_CASE("a server may be destroyed while calls that cannot be made are about to say so") {
  for (const std::string victim : {"connector-1", "play-1"}) {
    WaitingTown town;
    TestClient& client = town.join("connector-1");
    for (const char* route :
         {"connector.h.unknown", "connector.h.here", "play.h.unknown", "play.h.here"})
      client.request(route);
    while (client.count("answer") == 0 && town.world.loop().turn()) {
    }
    town.kill(victim);
  }
}

TEST_CASE("stopping sends clients away with 1001, runs their close events, and calls back once") {
  Town town;
  std::vector<std::string> events;
  town.type("connector").handler("h").on("f", [&](FrontendSession& session, const Json&) {
    session.on_close([&](FrontendSession&) { events.push_back("closed"); });
  });
  town.frontend("connector-1", "connector");
  town.start();
  TestClient& client = town.join("connector-1", TestClient::Over::websocket);
  town.ask(client, "connector.h.f");
  town.server("connector-1").stop([&] { events.push_back("stopped"); });
  town.server("connector-1").stop([&] { events.push_back("again"); });
  town.pass(5000);
  CHECK(events == std::vector<std::string>{"closed", "stopped"});
  CHECK(client.heard.back() == "close 1001");
  CHECK(town.server("connector-1").client_address().port == 0);
}

TEST_CASE("a server may be destroyed by the callback of stop()") {
  Town town;
  town.frontend("connector-1", "connector");
  town.start();
  town.join("connector-1");
  bool stopped = false;
  town.server("connector-1").stop([&, token = std::make_shared<bool>(true)] {
    town.kill("connector-1");
    stopped = *token;
  });
  town.pass(5000);
  CHECK(stopped);
}

TEST_CASE("a server that was told to stop does not open its port any more") {
  Town town;
  town.frontend("connector-1", "connector");
  town.backend("chat-1", "chat");
  REQUIRE(town.open(town.entries[0]).ok());
  town.show();
  bool stopped = false;
  town.server("connector-1").stop([&] { stopped = true; });
  town.pass(6000);
  CHECK(stopped);
  CHECK(town.house("connector-1").ready == 0);
}

TEST_CASE("the client port opens with the first complete view that is linked, or after 5 s") {
  Town town;
  town.frontend("connector-1", "connector");
  town.backend("chat-1", "chat");
  REQUIRE(town.open(town.entries[0]).ok());
  town.info("connector-1").state = ServerInfo::State::up;
  town.show();
  town.pass(4000);
  CHECK(town.server("connector-1").client_address().port == 0);
  SUBCASE("complete") {
    REQUIRE(town.open(town.entries[1]).ok());
    town.info("chat-1").state = ServerInfo::State::up;
    town.show();
  }
  SUBCASE("after 5 s") { town.pass(1100); }
  CHECK(town.server("connector-1").client_address().port != 0);
  CHECK(town.house("connector-1").ready == 1);
}

TEST_CASE("a client port that is taken is fatal, and says so") {
  Town town;
  town.frontend("connector-1", "connector");
  town.info("connector-1").client_port = town.info("connector-1").port;
  town.info("connector-1").state = ServerInfo::State::up;
  REQUIRE(town.open(town.entries[0]).ok());
  town.show();
  CHECK(town.house("connector-1").fatal == "address in use");
  CHECK(town.server("connector-1").client_address().port == 0);
}
