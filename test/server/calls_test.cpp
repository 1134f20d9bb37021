// Requests that are forwarded and RPCs: where they go, and how each of them ends exactly once.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;

namespace {

struct Pair {
  int a = 0;
  std::string who;
  static void fields(auto& m, auto&& f) {
    f("a", m.a);
    f("who", m.who);
  }
};

// Called by others.
class Math {
 public:
  explicit Math(Server& server) : server_(server) {}
  Pair twice(const Pair& pair) { return {2 * pair.a, server_.id()}; }
  Task<Pair> later(const Pair& pair) {
    auto slept = server_.sleep(std::chrono::milliseconds(pair.a));
    co_await slept;
    co_return Pair{pair.a, server_.id()};
  }
  void reply(const Pair& pair, Reply<Pair> reply) { reply(Pair{3 * pair.a, server_.id()}); }
  void note(const Pair& pair) { notes += pair.a; }
  int count() { return notes; }
  Task<> fail(const Pair&) {
    throw Error(477, "as asked", {{"why", "test"}});
    co_return;
  }
  void forget(const Pair&, Reply<Pair>) {}

 private:
  int notes = 0;
  Server& server_;
};

class Unregistered {
 public:
  int f(const Pair&) { return 1; }
};

// Calls them, from a frontend or a backend.
template <class S>
class Caller {
 public:
  explicit Caller(Server& server) : server_(server) {}

  Task<Pair> typed(S&, const Json& body) {
    auto called = server_.rpc<&Math::twice>(body.find("key")->as_string(), Pair{4, ""});
    co_return co_await called;
  }
  Task<Json> all_shapes(S& session, const Json&) {
    auto later = server_.rpc<&Math::later>(session, Pair{1, ""});
    auto reply = server_.rpc<&Math::reply>(session, Pair{2, ""});
    auto note = server_.rpc<&Math::note>(session, Pair{5, ""});
    co_await note;
    auto count = server_.rpc<&Math::count>(session);
    const Pair replied = co_await reply;
    const int counted = co_await count;
    const Pair waited = co_await later;
    co_return Json{{"later", waited.a}, {"reply", replied.a}, {"count", counted}};
  }
  Task<Pair> by_text(S& session, const Json&) {
    auto called = server_.rpc<Pair>("chat.math.twice", session, Pair{5, ""});
    co_return co_await called;
  }
  Task<Pair> at(S&, const Json& body) {
    auto called = server_.rpc_to<&Math::twice>(body.find("id")->as_string(), Pair{6, ""});
    co_return co_await called;
  }
  Task<Pair> at_by_text(S&, const Json& body) {
    auto called = server_.rpc_to<Pair>(body.find("id")->as_string(),
                                       body.find("route")->as_string(), Pair{7, ""});
    co_return co_await called;
  }
  Task<Json> all(S&, const Json&) {
    auto called = server_.rpc_all<&Math::twice>(Pair{8, ""});
    Json answers = Json::array();
    for (const auto& answer : co_await called) {
      answers.push_back(answer.ok() ? Json(answer->who) : Json(answer.error().code));
    }
    co_return answers;
  }
  Task<Json> fails(S&, const Json& body) {
    try {
      auto called = server_.rpc_to<&Math::fail>(body.find("id")->as_string(), Pair{});
      co_await called;
    } catch (const Error& error) {
      co_return Json{{"code", error.code}, {"text", error.text}, {"why", *error.body.find("why")}};
    }
    co_return "no error";
  }
  Task<Json> unregistered(S&, const Json&) {
    auto called = server_.rpc<&Unregistered::f>("key", Pair{});
    co_return co_await called;
  }
  Task<Pair> forgotten(S&, const Json& body) {
    auto called = server_.rpc_to<&Math::forget>(body.find("id")->as_string(), Pair{});
    co_return co_await called;
  }
  Task<Pair> slow(S& session, const Json& body) {
    auto called = server_.rpc<&Math::later>(
        session, Pair{static_cast<int>(body.find("ms")->as_integer()), ""});
    co_return co_await called;
  }
  Task<Json> slow_chain(S& session, const Json&) {
    auto slept = server_.sleep(8s);
    co_await slept;
    auto called = server_.rpc<&Math::later>(session, Pair{4000, ""});
    try {
      co_await called;
    } catch (const Error& error) {
      ended_with.push_back(error.code);
    }
    try {
      auto late = server_.rpc<&Math::later>(session, Pair{1, ""});
      co_await late;
    } catch (const Error& error) {
      ended_with.push_back(error.code);
    }
    co_return "late";
  }
  void then_throws(S& session, const Json&) {
    server_.rpc<&Math::twice>(session, Pair{}).then([](Result<Pair>) {
      throw std::runtime_error("in then");
    });
    server_.sleep(1ms).then([](Result<void>) { throw std::runtime_error("in then"); });
  }
  static inline std::vector<int> ended_with;

 private:
  Server& server_;
};

template <class T>
concept HasTemporaryAwait = requires(T t) {
  std::move(t).operator co_await();
};
using Call1 = decltype(std::declval<Server&>().rpc<&Math::twice>("key", Pair{}));
static_assert(std::is_same_v<Call1, Pending<Pair>> && !HasTemporaryAwait<Call1>);
static_assert(
    std::is_same_v<decltype(std::declval<Server&>().rpc<&Math::note>("key", Pair{})), Pending<>>);
static_assert(
    std::is_same_v<decltype(std::declval<Server&>().rpc<&Math::count>("key")), Pending<int>>);

template <class S>
void describe(ServerType type) {
  using C = Caller<S>;
  type.handler<C>("c")
      .template on<&C::typed>("typed")
      .template on<&C::all_shapes>("allShapes")
      .template on<&C::by_text>("byText")
      .template on<&C::at>("at")
      .template on<&C::at_by_text>("atByText")
      .template on<&C::all>("all")
      .template on<&C::fails>("fails")
      .template on<&C::unregistered>("unregistered")
      .template on<&C::forgotten>("forgotten")
      .template on<&C::slow>("slow")
      .template on<&C::slow_chain>("slowChain")
      .template on<&C::then_throws>("thenThrows");
}

struct Calls : Town {
  Calls() {
    describe<FrontendSession>(type("connector"));
    describe<BackendSession>(type("play"));
    type("chat")
        .remote<Math>("math")
        .on<&Math::twice>("twice")
        .on<&Math::later>("later")
        .on<&Math::reply>("reply")
        .on<&Math::note>("note")
        .on<&Math::count>("count")
        .on<&Math::fail>("fail")
        .on<&Math::forget>("forget");
    type("chat")
        .handler("h")
        .on("who", [](BackendSession& session, const Json&) { return session.uid(); })
        .on("keep", [this](BackendSession&, const Json&, Reply<Json> reply) {
          kept.push_back(std::move(reply));
        });
    type("empty");
    type("chat")
        .handler<Caller<BackendSession>>("c")
        .on<&Caller<BackendSession>::at>("at")
        .on<&Caller<BackendSession>::fails>("fails");
    frontend("connector-1", "connector");
    frontend("gate-1", "gate");
    backend("play-1", "play");
    for (const char* id : {"chat-1", "chat-2", "chat-3"}) backend(id, "chat");
    start([](const ServerInfo&, Settings& settings) {
      settings.route("play",
                     Router([](const Session&, const ServerList& list) -> const ServerInfo& {
                       return list[0];
                     }));
    });
  }
  ~Calls() { kept.clear(); }
  std::vector<Reply<Json>> kept;
};

}  // namespace

TEST_CASE(
    "RPCs find their server by key, session, id or text, typed or not, from frontends and "
    "backends") {
  Calls town;
  for (const std::string from : {"connector", "play"}) {
    CAPTURE(from);
    TestClient& client = town.join("connector-1");
    const auto ask = [&](const std::string& method, const std::string& body = "{}") {
      const auto id = client.request(from + ".c." + method, body);
      town.pass(20);
      return client.answer(id);
    };
    CHECK(ask("typed", R"({"key":"bob"})") == R"({"a":8,"who":"chat-3"})");
    CHECK(ask("typed", R"({"key":"bob*r1"})") == R"({"a":8,"who":"chat-1"})");
    CHECK(ask("byText") == R"({"a":10,"who":"chat-1"})");
    CHECK(ask("allShapes").starts_with(R"({"later":1,"reply":6,"count":)"));
    CHECK(ask("at", R"({"id":"chat-2"})") == R"({"a":12,"who":"chat-2"})");
    CHECK(ask("at", R"({"id":"chat-9"})") == R"({"code":521})");
    CHECK(ask("atByText", R"({"id":"chat-2","route":"chat.math.twice"})") ==
          R"({"a":14,"who":"chat-2"})");
    CHECK(ask("atByText", R"({"id":"chat-2","route":"chat.math.none"})") == R"({"code":500})");
    CHECK(ask("atByText", R"({"id":"gate-1","route":"chat.math.twice"})") == R"({"code":500})");
    CHECK(ask("all") == R"(["chat-1","chat-2","chat-3"])");
    CHECK(ask("fails", R"({"id":"chat-1"})") == R"({"code":477,"text":"as asked","why":"test"})");
    CHECK(ask("forgotten", R"({"id":"chat-1"})") == R"({"code":500})");
    CHECK(ask("unregistered") == R"({"code":500})");
  }
}

TEST_CASE("a call to the own server goes through the same encoding") {
  Calls town;
  TestClient& client = town.join("connector-1");
  // An unbound session is at chat-1.
  CHECK(town.ask(client, "chat.c.at", R"({"id":"chat-1"})") == R"({"a":12,"who":"chat-1"})");
  CHECK(town.ask(client, "chat.c.fails", R"({"id":"chat-1"})") ==
        R"({"code":477,"text":"as asked","why":"test"})");
}

TEST_CASE("a route function that wants a session ends a call by key with 500") {
  Calls town;
  Result<Json> result = Json();
  town.server("connector-1").rpc<Json>("play.x.y", "key", Json(1)).then([&](Result<Json> r) {
    result = std::move(r);
  });
  town.settle();
  REQUIRE(!result.ok());
  CHECK(result.error().code == 500);
}

TEST_CASE("a call never ends inside itself") {
  Calls town;
  bool ended = false;
  for (const char* id : {"chat-9", "connector-1"}) {
    ended = false;
    town.server("connector-1").rpc_to<Json>(id, "connector.x.y", Json(1)).then([&](Result<Json>) {
      ended = true;
    });
    CHECK(!ended);
    town.settle();
    CHECK(ended);
  }
}

TEST_CASE("what a callback throws is logged, and the server goes on") {
  Calls town;
  for (const std::string from : {"connector", "play"}) {
    TestClient& client = town.join("connector-1");
    CHECK(town.ask(client, from + ".c.thenThrows") == "{}");
    town.pass(10);
    CHECK(town.log(from + "-1").count("in then") == 2);
    CHECK(town.ask(client, from + ".c.byText") == R"({"a":10,"who":"chat-1"})");
  }
}

TEST_CASE("an RPC has 5 s, one of a request never more than the request has left") {
  for (const std::string from : {"connector", "play"}) {
    CAPTURE(from);
    Caller<FrontendSession>::ended_with.clear();
    Caller<BackendSession>::ended_with.clear();
    Calls town;
    TestClient& client = town.join("connector-1");
    const auto in_time = client.request(from + ".c.slow", R"({"ms":4900})");
    const auto late = client.request(from + ".c.slow", R"({"ms":5100})");
    town.pass(6000);
    CHECK(client.answer(in_time).starts_with(R"({"a":4900)"));
    CHECK(client.answer(late) == R"({"code":504})");
    const auto chain = client.request(from + ".c.slowChain");
    town.pass(9990);
    CHECK(client.answer(chain) == "");
    town.pass(20);
    CHECK(client.answer(chain) == R"({"code":504})");
    town.pass(10'000);
    CHECK(client.count("answer") == 3);
    auto ends =
        from == "play" ? Caller<BackendSession>::ended_with : Caller<FrontendSession>::ended_with;
    CHECK(ends == std::vector<int>{504, 408});
  }
}

TEST_CASE(
    "a session's requests go where its uid leads, and a view that changes moves nobody else") {
  Calls town;
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "chat.h.who") == "\"\"");
  CHECK(town.ask(client, "empty.h.who") == R"({"code":521})");
  CHECK(town.ask(client, "gate.h.who") == R"({"code":500})");
  CHECK(town.ask(client, "nobody.h.who") == R"({"code":500})");
}

TEST_CASE("a server that is down ends its requests with 521 at once") {
  Calls town;
  TestClient& client = town.join("connector-1");
  town.info("chat-1").state = ServerInfo::State::down;
  town.kill("chat-1");
  CHECK(town.ask(client, "chat.h.who") == R"({"code":521})");
  town.show();
  CHECK(town.ask(client, "chat.h.who") == R"({"code":521})");
  CHECK(town.ask(client, "play.c.typed", R"({"key":"amy"})") == R"({"a":8,"who":"chat-3"})");
  town.info("chat-1").state = ServerInfo::State::failed;
  town.show();
  CHECK(town.ask(client, "chat.h.who") == "\"\"");
}

TEST_CASE("a backend that is lost ends its requests with 522 at once, each once") {
  Calls town;
  TestClient& client = town.join("connector-1");
  for (int i = 0; i < 5; ++i) client.request("chat.h.keep");
  town.settle();
  REQUIRE(town.kept.size() == 5);
  town.kept[0](Json("in time"));
  town.settle();
  town.kept.erase(town.kept.begin());
  // Not a word is heard any more.
  for (auto& cable : town.world.network().cables()) cable->broken = cable->broken;
  town.kept.clear();
  town.settle();
  CHECK(client.count("answer") == 5);
  for (int i = 0; i < 3; ++i) client.request("chat.h.keep");
  town.settle();
  std::vector<Reply<Json>> kept = std::move(town.kept);
  town.kill("chat-1");
  CHECK(client.answer(6) == R"({"code":522})");
  CHECK(client.answer(8) == R"({"code":522})");
  CHECK(client.count("answer") == 8);
}

TEST_CASE("a request that is not answered in 10 s ends with 504, and the late answer is dropped") {
  Calls town;
  TestClient& client = town.join("connector-1");
  const auto id = client.request("chat.h.keep");
  town.pass(9900);
  CHECK(client.answer(id) == "");
  town.pass(200);
  CHECK(client.answer(id) == R"({"code":504})");
  town.kept[0](Json("late"));
  town.settle();
  CHECK(client.count("answer") == 1);
  CHECK(town.ask(client, "chat.h.who") == "\"\"");
}

TEST_CASE("a client that leaves while its requests are under way disturbs nobody") {
  Calls town;
  TestClient& client = town.join("connector-1");
  TestClient& other = town.join("connector-1");
  for (int i = 0; i < 3; ++i) client.request("chat.h.keep");
  town.settle();
  town.hang_up(client);
  town.kept[0](Json(1));
  town.kept.clear();
  town.pass(20'000);
  CHECK(town.ask(other, "chat.h.who") == "\"\"");
}

TEST_CASE("requests of one session to one backend begin in the order they were sent") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Town town(seed);
    std::vector<std::int64_t> seen;
    town.type("connector");
    town.type("chat").handler("h").on(
        "n", [&](BackendSession&, const Json& body) { seen.push_back(body.as_integer()); });
    town.frontend("connector-1", "connector");
    town.backend("chat-1", "chat");
    town.start();
    TestClient& client = town.join("connector-1");
    for (int i = 0; i < 100; ++i) client.request("chat.h.n", std::to_string(i + 1));
    town.settle();
    REQUIRE(seen.size() == 100);
    for (int i = 0; i < 100; ++i) CHECK(seen[static_cast<std::size_t>(i)] == i + 1);
  }
}
