#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;

namespace {

struct Say {
  std::string text;
  static void fields(auto& m, auto&& f) { f("text", m.text); }
};
struct Said {
  std::string text;
  int length = 0;
  static void fields(auto& m, auto&& f) {
    f("text", m.text);
    f("length", m.length);
  }
};
Said said(const Say& say) { return {say.text, static_cast<int>(say.text.size())}; }

// Each method in all shapes, for either kind of session.
template <class S>
class EveryShape {
 public:
  explicit EveryShape(Server& server) : server_(server) {}

  Said now(S&, const Say& say) { return said(say); }
  Task<Said> later(S&, const Say& say) {
    auto slept = server_.sleep(std::chrono::milliseconds(5));
    co_await slept;
    co_return said(say);
  }
  Task<Said> at_once(S&, const Say& say) { co_return said(say); }
  Task<> nothing_later(S&, const Say&) {
    auto slept = server_.sleep(std::chrono::milliseconds(5));
    co_await slept;
  }
  void nothing(S&, const Say&) { ++nothings; }
  void reply(S&, const Say& say, Reply<Said> reply) { reply(said(say)); }
  void keep(S&, const Say&, Reply<Said> reply) {
    kept_ = std::make_unique<Reply<Said>>(std::move(reply));
  }
  void finish(S&, const Json&) { (*kept_)(Said{"kept", 4}); }
  void drop(S&, const Say&, Reply<Said>) {}
  void twice(S&, const Say& say, Reply<Said> reply) {
    reply(said(say));
    reply(Said{"second", 0});
    reply.fail(Error(499, "third"));
  }
  void fail(S&, const Say&, Reply<Said> reply) { reply.fail(Error(402, "pay", {{"price", 7}})); }
  void reply_throws(S&, const Say&, Reply<Said>) { throw Error(403, "no"); }
  Said throws(S&, const Say&) { throw Error(401, "who", {{"error", true}}); }
  Said throws_other(S&, const Say&) { throw std::runtime_error("defect"); }
  Task<Said> throws_later(S&, const Say&) {
    auto slept = server_.sleep(std::chrono::milliseconds(5));
    co_await slept;
    throw Error(409, "taken", {{"uid", "amy"}});
  }
  Json json(S&, const Json& body) { return Json{{"got", body}}; }

  static inline int nothings = 0;

 private:
  Server& server_;
  std::unique_ptr<Reply<Said>> kept_;
};

template <class S>
void describe(ServerType type) {
  using H = EveryShape<S>;
  type.handler<H>("h")
      .template on<&H::now>("now")
      .template on<&H::later>("later")
      .template on<&H::at_once>("atOnce")
      .template on<&H::nothing_later>("nothingLater")
      .template on<&H::nothing>("nothing")
      .template on<&H::reply>("reply")
      .template on<&H::keep>("keep")
      .template on<&H::finish>("finish")
      .template on<&H::drop>("drop")
      .template on<&H::twice>("twice")
      .template on<&H::fail>("fail")
      .template on<&H::reply_throws>("replyThrows")
      .template on<&H::throws>("throws")
      .template on<&H::throws_other>("throwsOther")
      .template on<&H::throws_later>("throwsLater")
      .template on<&H::json>("json");
  type.handler("lambda")
      .on("now", [](S&, const Say& say) { return said(say); })
      .on("later", [](S&, const Say& say) -> Task<Said> { co_return said(say); })
      .on("nothing", [](S&, const Say&) {})
      .on("reply", [count = 0](S&, const Say&, Reply<Said> reply) mutable {
        reply(Said{"n", ++count});
      });
}

struct Shapes : Town {
  Shapes() {
    describe<FrontendSession>(type("connector"));
    describe<BackendSession>(type("chat"));
    frontend("connector-1", "connector");
    backend("chat-1", "chat");
    start();
  }
};

const std::string kSay = R"({"text":"hi"})";
const std::string kSaid = R"({"text":"hi","length":2})";

}  // namespace

TEST_CASE("every shape of handler answers, on frontends and backends, member or lambda") {
  Shapes town;
  for (const std::string type : {"connector", "chat"}) {
    CAPTURE(type);
    TestClient& client = town.join("connector-1");
    const auto ask = [&](const std::string& route, const std::string& body = kSay) {
      const auto id = client.request(type + '.' + route, body);
      town.pass(20);
      return client.answer(id);
    };
    CHECK(ask("h.now") == kSaid);
    CHECK(ask("h.later") == kSaid);
    CHECK(ask("h.atOnce") == kSaid);
    CHECK(ask("h.nothingLater") == "{}");
    CHECK(ask("h.nothing") == "{}");
    CHECK(ask("h.reply") == kSaid);
    CHECK(ask("h.json", R"([1,{"a":null}])") == R"({"got":[1,{"a":null}]})");
    CHECK(ask("lambda.now") == kSaid);
    CHECK(ask("lambda.later") == kSaid);
    CHECK(ask("lambda.nothing") == "{}");
    CHECK(ask("lambda.reply") == R"({"text":"n","length":1})");
    CHECK(ask("lambda.reply") == R"({"text":"n","length":2})");
    CHECK(client.count("answer") == 12);
  }
}

TEST_CASE("whatever a handler throws, fails or forgets becomes one answer with a code") {
  Shapes town;
  for (const std::string type : {"connector", "chat"}) {
    CAPTURE(type);
    TestClient& client = town.join("connector-1");
    const auto ask = [&](const std::string& route) {
      const auto id = client.request(type + ".h." + route, kSay);
      town.pass(20);
      return client.answer(id);
    };
    CHECK(ask("throws") == R"({"code":401,"error":true})");
    CHECK(ask("throwsOther") == R"({"code":500})");
    CHECK(ask("throwsLater") == R"({"code":409,"uid":"amy"})");
    CHECK(ask("drop") == R"({"code":500})");
    CHECK(ask("fail") == R"({"code":402,"price":7})");
    CHECK(ask("replyThrows") == R"({"code":403})");
    CHECK(ask("twice") == kSaid);
    CHECK(client.count("answer") == 7);
  }
}

TEST_CASE("a Reply that is kept answers later, and once") {
  Shapes town;
  for (const std::string type : {"connector", "chat"}) {
    TestClient& client = town.join("connector-1");
    const auto kept = client.request(type + ".h.keep", kSay);
    town.settle();
    CHECK(client.answer(kept) == "");
    CHECK(town.ask(client, type + ".h.finish") == "{}");
    CHECK(client.answer(kept) == R"({"text":"kept","length":4})");
    town.ask(client, type + ".h.finish");
    CHECK(client.count("answer") == 3);
  }
}

TEST_CASE("a body that does not fit is answered with 400 and never reaches a typed handler") {
  Shapes town;
  for (const std::string type : {"connector", "chat"}) {
    TestClient& client = town.join("connector-1");
    for (const std::string body :
         {"", "{}", "[]", "hello", R"({"text":1})", R"({"text":"hi"} x)"}) {
      CAPTURE(body);
      CHECK(town.ask(client, type + ".h.now", body) == R"({"code":400})");
    }
    CHECK(town.ask(client, type + ".h.json", "not JSON") == R"({"got":{}})");
    CHECK(town.ask(client, type + ".h.json", "") == R"({"got":{}})");
  }
  CHECK(town.log("chat-1").count("text: missing") > 0);
}

TEST_CASE("the text of an error is sent only where the settings say so") {
  Town town;
  describe<FrontendSession>(town.type("connector"));
  describe<BackendSession>(town.type("chat"));
  town.frontend("connector-1", "connector");
  town.backend("chat-1", "chat");
  town.start([](const ServerInfo&, Settings& settings) { settings.send_error_text = true; });
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "connector.h.throws", kSay) ==
        R"({"code":401,"message":"who","error":true})");
  CHECK(town.ask(client, "chat.h.throws", kSay) == R"({"code":401,"message":"who","error":true})");
  CHECK(town.ask(client, "chat.h.now", "{}") == R"({"code":400,"message":"text: missing"})");
}

TEST_CASE("a notify runs its handler and gets nothing back, whatever happens") {
  Shapes town;
  for (const std::string type : {"connector", "chat"}) {
    TestClient& client = town.join("connector-1");
    const std::size_t before = client.heard.size();
    const int ran = EveryShape<BackendSession>::nothings + EveryShape<FrontendSession>::nothings;
    for (const char* method :
         {"now", "later", "nothing", "reply", "drop", "throws", "throwsLater", "none"}) {
      client.notify(type + ".h." + method, kSay);
    }
    client.notify(type + ".h.now", "broken");
    client.notify("unknown.h.now");
    client.notify(type + ".two");
    town.pass(20);
    CHECK(client.heard.size() == before);
    CHECK(EveryShape<BackendSession>::nothings + EveryShape<FrontendSession>::nothings == ran + 1);
  }
}

TEST_CASE("what cannot be routed is answered as Pomelo does") {
  Shapes town;
  TestClient& client = town.join("connector-1");
  for (const char* route :
       {"connector.h.none", "connector.none.now", "chat.h.none", "chat.none.now", "nobody.h.now",
        "chat.now", "a.b.c.d", "chat..now", ".h.now", "chat.h.", "chat.h.hasOwnProperty"}) {
    CAPTURE(route);
    CHECK(town.ask(client, route) == R"({"code":500})");
  }
  CHECK(town.ask(client, "chat") == "");
  CHECK(town.ask(client, "") == "");
  CHECK(town.ask(client, "chat.h.now", kSay) == kSaid);
}

TEST_CASE("a request with the id 0 is a notify") {
  Shapes town;
  TestClient& client = town.join("connector-1");
  client.send_message({protocol::MessageType::request, false, false, 0, 0, "chat.h.now"}, kSay);
  town.settle();
  CHECK(client.count("answer") == 0);
}

TEST_CASE("the method constructor gets its client kicked") {
  Shapes town;
  for (const char* route : {"connector.h.constructor", "chat.h.constructor"}) {
    TestClient& client = town.join("connector-1");
    client.request(route);
    town.settle();
    CHECK(client.heard.back() == R"(kick {"reason":"attack"})");
    CHECK(client.ended);
  }
}

TEST_CASE("a handler for the other kind of session, or registered twice, is an error at start") {
  const auto start = [](bool frontend, auto describe) {
    Town town;
    describe(town.type("x"));
    if (frontend) {
      town.frontend("x-1", "x");
    } else {
      town.backend("x-1", "x");
    }
    auto started = town.open(town.entries[0]);
    return started.ok() ? std::string() : started.error().text;
  };
  const auto front = [](ServerType type) {
    type.handler("h").on("f", [](FrontendSession&, const Json&) {});
  };
  const auto back = [](ServerType type) {
    type.handler("h").on("f", [](BackendSession&, const Json&) {});
  };
  CHECK(start(true, front) == "");
  CHECK(start(false, back) == "");
  CHECK(start(false, front) ==
        "handler x.h.f takes a FrontendSession, but servers of type x are backends");
  CHECK(start(true, back) ==
        "handler x.h.f takes a BackendSession, but servers of type x are frontends");
  CHECK(start(true, [&](ServerType type) { front(type), front(type); }) ==
        "handler x.h.f is registered twice");
  CHECK(start(true, [](ServerType type) {
          for (int i = 0; i < 2; ++i) type.remote("r").on("f", [](const Json&) { return 1; });
        }) == "remote x.r.f is registered twice");
}

TEST_CASE("a handler object whose constructor throws is an error at start") {
  struct Broken {
    explicit Broken(Server&) { throw Error(500, "no database"); }
  };
  Town town;
  town.type("x").handler<Broken>("h");
  town.backend("x-1", "x");
  auto started = town.open(town.entries[0]);
  REQUIRE(!started.ok());
  CHECK(started.error().text == "no database");
}
