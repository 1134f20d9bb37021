#include "session/single_login.h"

#include <string>
#include <utility>
#include <vector>

#include "server/gate.h"

using namespace shaddock;
using namespace shaddock::server;
using Policy = Settings::Connector::SingleLogin;

namespace {

constexpr std::string_view kKicked = R"(kick {"reason":"logged in elsewhere"})";
constexpr std::string_view kUnconfirmed = R"(kick {"reason":"login not confirmed"})";

Task<Json> bind(FrontendSession& session, const Json& body) {
  const Json* const kind = body.find("kind");
  auto bound = session.bind(body.at("uid").as_string(), kind ? kind->as_string() : "main");
  co_await bound;
  co_return session.uid();
}

Task<Json> bind_from_behind(BackendSession& session, const Json& body) {
  auto bound = session.bind(body.at("uid").as_string());
  co_await bound;
  co_return session.uid();
}

// Three connectors, each of which holds some uids, and a chat server.
struct Houses : Town {
  explicit Houses(Policy policy = Policy::kick_old) : policy(policy) {
    type("connector")
        .handler("h")
        .on("login", [](FrontendSession& session, const Json& body) { return bind(session, body); })
        .on("logout", [](FrontendSession& session, const Json&) { session.logout(); })
        .on("unbind", [](FrontendSession& session, const Json&) { session.unbind(session.uid()); })
        .on("uid", [](FrontendSession& session, const Json&) { return Json(session.uid()); });
    type("chat").handler("room").on("login", [](BackendSession& session, const Json& body) {
      return bind_from_behind(session, body);
    });
    for (const char* id : {"c-1", "c-2", "c-3"}) frontend(id, "connector");
    backend("chat-1", "chat");
    start(configure());
  }
  Configure configure() const {
    return [policy = policy](const ServerInfo&, Settings& settings) {
      settings.connector.single_login = policy;
    };
  }

  // A uid that this frontend holds.
  std::string held_by(const std::string& id, int from = 0) const {
    const session::LoginList list({"c-1", "c-2", "c-3"});
    for (int i = from;; ++i)
      if (std::string uid = "u" + std::to_string(i);
          *list.holder_of(session::login_key(uid, "main")) == id)
        return uid;
  }
  std::uint32_t begin_login(TestClient& client, const std::string& uid) {
    return client.request("connector.h.login", R"({"uid":")" + uid + "\"}");
  }
  std::string login(TestClient& client, const std::string& uid) {
    const std::uint32_t id = begin_login(client, uid);
    settle();
    return client.answer(id);
  }
  std::string uid(TestClient& client) { return ask(client, "connector.h.uid"); }
  const session::SingleLogin& book(const std::string& id) { return *server(id).single_login(); }
  std::size_t owned() {
    std::size_t all = 0;
    for (const ServerInfo& one : entries)
      if (one.frontend && one.up()) all += book(one.id).book().size();
    return all;
  }
  // Its process has ended, and another one has come.
  void restart(const std::string& id) {
    kill(id);
    info(id).state = ServerInfo::State::down;
    show();
    bring(id);
  }
  void bring(const std::string& id) {
    info(id).incarnation += 100;
    REQUIRE(open(info(id), configure()).ok());
    info(id).state = ServerInfo::State::up;
    show();
    pass(1500);
  }

  const Policy policy;
};

std::string quoted(const std::string& text) { return '"' + text + '"'; }
bool heard(const TestClient& client, std::string_view line) {
  for (const std::string& one : client.heard)
    if (one == line) return true;
  return false;
}

}  // namespace

TEST_CASE("kick old: a login anywhere ends the session that had the uid, and it is told why") {
  for (const char* holder : {"c-1", "c-2", "c-3"}) {
    Houses town;
    const std::string uid = town.held_by(holder);
    TestClient& first = town.join("c-1");
    TestClient& second = town.join("c-2");
    TestClient& third = town.join("c-2");
    CHECK(town.login(first, uid) == quoted(uid));
    CHECK(town.login(second, uid) == quoted(uid));
    CHECK(heard(first, kKicked));
    CHECK(first.ended);
    CHECK(town.server("c-1").bound_sessions() == 0);
    CHECK(town.login(third, uid) == quoted(uid));
    CHECK(heard(second, kKicked));
    CHECK(town.server("c-2").bound_sessions() == 1);
    CHECK(town.owned() == 1);
  }
}

TEST_CASE("refuse new: a login elsewhere fails with 409 until the uid is free") {
  for (const char* holder : {"c-1", "c-2", "c-3"}) {
    Houses town(Policy::refuse_new);
    const std::string uid = town.held_by(holder);
    TestClient& first = town.join("c-1");
    TestClient& second = town.join("c-2");
    CHECK(town.login(first, uid) == quoted(uid));
    CHECK(town.login(second, uid) == R"({"code":409})");
    CHECK(town.uid(second) == R"("")");
    CHECK(town.uid(first) == quoted(uid));
    SUBCASE("hung up") { town.hang_up(first); }
    SUBCASE("logged out") { town.ask(first, "connector.h.logout"); }
    SUBCASE("unbound") { town.ask(first, "connector.h.unbind"); }
    CHECK(town.owned() == 0);
    CHECK(town.login(second, uid) == quoted(uid));
  }
}

TEST_CASE("off: as many sessions as like have a uid, and nothing is held") {
  Houses town(Policy::off);
  TestClient& first = town.join("c-1");
  TestClient& second = town.join("c-2");
  CHECK(town.login(first, "u") == R"("u")");
  CHECK(town.login(second, "u") == R"("u")");
  CHECK(town.uid(first) == R"("u")");
  CHECK(town.server("c-1").single_login() == nullptr);
}

TEST_CASE("a uid has one session of each kind, and one session has one kind") {
  Houses town;
  TestClient& main = town.join("c-1");
  TestClient& voice = town.join("c-2");
  CHECK(town.login(main, "u") == R"("u")");
  CHECK(town.ask(voice, "connector.h.login", R"({"uid":"u","kind":"voice"})") == R"("u")");
  CHECK(town.uid(main) == R"("u")");
  CHECK(town.ask(voice, "connector.h.login", R"({"uid":"u"})") == R"({"code":500})");
  CHECK(town.ask(town.join("c-3"), "connector.h.login", R"({"uid":"u","kind":"no word"})") ==
        R"({"code":500})");
  CHECK(town.ask(town.join("c-3"), "connector.h.login", R"({"uid":"u","kind":"voice"})") ==
        R"("u")");
  CHECK(heard(voice, kKicked));
  CHECK(!main.ended);
}

TEST_CASE("a backend's bind asks the holder, too") {
  Houses town;
  TestClient& first = town.join("c-1");
  TestClient& second = town.join("c-2");
  CHECK(town.ask(first, "chat.room.login", R"({"uid":"u"})") == R"("u")");
  CHECK(town.ask(second, "chat.room.login", R"({"uid":"u"})") == R"("u")");
  CHECK(heard(first, kKicked));
  CHECK(town.owned() == 1);
}

TEST_CASE("of logins that race one session has the uid, whoever wins") {
  for (const Policy policy : {Policy::kick_old, Policy::refuse_new}) {
    Houses town(policy);
    std::vector<TestClient*> clients;
    for (int i = 0; i < 12; ++i) clients.push_back(&town.join("c-" + std::to_string(i % 3 + 1)));
    for (TestClient* client : clients) town.begin_login(*client, "u");
    town.settle();
    int owners = 0;
    for (TestClient* client : clients) owners += !client->ended && town.uid(*client) == R"("u")";
    CHECK(owners == 1);
    CHECK(town.owned() == 1);
    for (const char* id : {"c-1", "c-2", "c-3"}) {
      CHECK(town.book(id).asking() == 0);
      CHECK(town.book(id).book().waiting() == 0);
    }
  }
}

TEST_CASE("who has gone before it is granted the uid leaves nothing behind") {
  Houses town;
  for (const char* holder : {"c-1", "c-2"}) {
    TestClient& client = town.join("c-1");
    town.begin_login(client, town.held_by(holder));
    town.hang_up(client);
  }
  CHECK(town.owned() == 0);
}

TEST_CASE("a second bind of a session waits with the first, or fails if it wants something else") {
  Houses town;
  TestClient& client = town.join("c-1");
  const std::string uid = town.held_by("c-2");
  const auto first = town.begin_login(client, uid);
  const auto same = town.begin_login(client, uid);
  const auto other = town.begin_login(client, uid + "x");
  town.settle();
  CHECK(client.answer(first) == quoted(uid));
  CHECK(client.answer(same) == quoted(uid));
  CHECK(client.answer(other) == R"({"code":500})");
}

TEST_CASE("a holder that comes back learns who owns what before it grants anything") {
  Houses town;
  const std::string uid = town.held_by("c-2");
  TestClient& first = town.join("c-1");
  CHECK(town.login(first, uid) == quoted(uid));
  town.restart("c-2");
  CHECK(town.uid(first) == quoted(uid));
  CHECK(town.book("c-2").book().size() == 1);
  TestClient& second = town.join("c-3");
  CHECK(town.login(second, uid) == quoted(uid));
  CHECK(heard(first, kKicked));
}

TEST_CASE("many uids are claimed in pieces") {
  Houses town;
  const std::size_t many = session::SingleLogin::kPiece + 3;
  std::string uid = "u0";
  for (std::size_t i = 0; i < many; ++i) {
    uid = town.held_by("c-2", std::stoi(uid.substr(1)) + 1);
    REQUIRE(town.login(town.join("c-1"), uid) == quoted(uid));
  }
  town.restart("c-2");
  CHECK(town.book("c-2").book().size() == many);
}

TEST_CASE("while the holder is away a login waits, and fails with 504 in the end") {
  Houses town;
  const std::string uid = town.held_by("c-2");
  town.kill("c-2");
  town.info("c-2").state = ServerInfo::State::down;
  town.show();
  TestClient& patient = town.join("c-1");
  const auto waits = town.begin_login(patient, uid);
  town.pass(1000);
  CHECK(patient.answer(waits) == "");
  SUBCASE("it comes back") {
    town.bring("c-2");
    CHECK(patient.answer(waits) == quoted(uid));
  }
  SUBCASE("it does not") {
    town.pass(5000);
    CHECK(patient.answer(waits) == R"({"code":504})");
    CHECK(town.uid(patient) == R"("")");
    CHECK(town.book("c-1").asking() == 0);
  }
}

TEST_CASE("what a dead frontend owned is free as soon as the view says so") {
  Houses town(Policy::refuse_new);
  const std::string uid = town.held_by("c-2");
  CHECK(town.login(town.join("c-1"), uid) == quoted(uid));
  town.kill("c-1");
  TestClient& second = town.join("c-3");
  const auto waits = town.begin_login(second, uid);
  town.pass(1000);
  CHECK(second.answer(waits) == "");
  town.info("c-1").state = ServerInfo::State::down;
  town.show();
  CHECK(second.answer(waits) == quoted(uid));
}

TEST_CASE("a frontend that stops gives back what it owned: nobody waits for a lease or the view") {
  Houses town(Policy::refuse_new);
  const std::string uid = town.held_by("c-2");
  CHECK(town.login(town.join("c-1"), uid) == quoted(uid));
  bool ended = false;
  town.server("c-1").stop([&ended] { ended = true; });
  for (int ms = 0; !ended && ms < 60'000; ++ms) town.pass(1);
  REQUIRE(ended);
  CHECK(town.owned() == 0);
  CHECK(town.login(town.join("c-3"), uid) == quoted(uid));
}

TEST_CASE("without a master it is free when its lease is over") {
  Houses town;
  const std::string uid = town.held_by("c-2");
  CHECK(town.login(town.join("c-1"), uid) == quoted(uid));
  town.kill("c-1");
  town.pass(7000);
  TestClient& second = town.join("c-3");
  const auto waits = town.begin_login(second, uid);
  town.pass(500);
  CHECK(second.answer(waits) == "");
  town.pass(2000);
  CHECK(second.answer(waits) == quoted(uid));
}

TEST_CASE("sessions live on while the holder of their uids is dead, with or without a master") {
  Houses town;
  const std::string uid = town.held_by("c-2");
  TestClient& client = town.join("c-1");
  CHECK(town.login(client, uid) == quoted(uid));
  town.kill("c-2");
  town.pass(30'000);
  CHECK(town.uid(client) == quoted(uid));
}

namespace {

// The only session there owns the uid, and no holder has been asked.
void own_too(Houses& town, const std::string& id, const std::string& uid) {
  session::FrontendSessions& sessions = *town.server(id).frontend_sessions();
  sessions.for_each(cluster::PushScope::all, [&](detail::FrontendState& state) {
    REQUIRE(sessions.bind(state, uid).ok());
    state.login_kind = std::make_unique<const std::string>("main");
  });
}

// No byte passes between that frontend and the other two.
void cut_off(Houses& town, const std::string& id) {
  for (const char* other : {"c-1", "c-2", "c-3"})
    if (other != id) town.server(other).endpoint().forget(id);
}

}  // namespace

TEST_CASE("a connection that another machine refuses proves nothing: the lease ends") {
  for (const char* machine : {"127.0.0.7", "10.1.2.3"}) {
    Houses town;
    const std::string uid = town.held_by("c-2");
    TestClient& client = town.join("c-1");
    CHECK(town.login(client, uid) == quoted(uid));
    town.info("c-2").host = machine;
    town.show();
    town.kill("c-2");
    town.pass(6000);
    CHECK(town.uid(client) == quoted(uid));
    town.pass(2000);
    const bool believed = machine == std::string("127.0.0.7");
    CHECK(client.ended == !believed);
    CHECK(heard(client, kUnconfirmed) == !believed);
  }
}

TEST_CASE("of two owners that a new holder hears of one ends, whatever the policy") {
  for (const Policy policy : {Policy::kick_old, Policy::refuse_new}) {
    Houses town(policy);
    const std::string uid = town.held_by("c-2");
    TestClient& first = town.join("c-1");
    TestClient& second = town.join("c-3");
    CHECK(town.login(first, uid) == quoted(uid));
    own_too(town, "c-3", uid);
    CHECK(town.uid(second) == quoted(uid));
    town.restart("c-2");
    CHECK(first.ended != second.ended);
    TestClient& loser = first.ended ? first : second;
    CHECK(heard(loser, kKicked));
    CHECK(town.uid(first.ended ? second : first) == quoted(uid));
    CHECK(town.owned() == 1);
  }
}

TEST_CASE("who does not hear from a holder stops to serve what that one holds, and nothing else") {
  Houses town;
  const std::string theirs = town.held_by("c-2"), ours = town.held_by("c-1");
  TestClient& first = town.join("c-1");
  TestClient& second = town.join("c-1");
  CHECK(town.login(first, theirs) == quoted(theirs));
  CHECK(town.login(second, ours) == quoted(ours));
  cut_off(town, "c-2");
  town.pass(3000);
  CHECK(town.uid(first) == quoted(theirs));
  TestClient& third = town.join("c-2");
  const auto waits = town.begin_login(third, theirs);
  town.pass(4000);
  CHECK(third.answer(waits) == "");
  CHECK(heard(first, kUnconfirmed));
  CHECK(town.uid(second) == quoted(ours));
  town.pass(2500);
  CHECK(town.login(third, theirs) == quoted(theirs));
}

TEST_CASE("a frontend that was frozen serves not one request for a uid that may be another's") {
  Houses town;
  const std::string uid = town.held_by("c-2");
  TestClient& client = town.join("c-1");
  CHECK(town.login(client, uid) == quoted(uid));
  SUBCASE("for a moment") {
    town.world.loop().stall(net::Duration(2000));
    CHECK(town.uid(client) == quoted(uid));
  }
  SUBCASE("for longer than its lease") {
    const auto late = client.request("connector.h.uid", "{}");
    net::TimerWheel& timers = town.world.loop().timers();
    timers.update(timers.now() + net::Duration(8000));  // no timer has run yet
    town.settle();
    CHECK(client.answer(late) == "");
    CHECK(heard(client, kUnconfirmed));
  }
}

TEST_CASE("when a frontend is given up the others hold what it held") {
  Houses town;
  const std::string uid = town.held_by("c-2");
  TestClient& first = town.join("c-1");
  CHECK(town.login(first, uid) == quoted(uid));
  town.kill("c-2");
  town.info("c-2").state = ServerInfo::State::failed;
  town.show();
  town.pass(1500);
  CHECK(town.owned() == 1);
  TestClient& second = town.join("c-3");
  CHECK(town.login(second, uid) == quoted(uid));
  CHECK(heard(first, kKicked));
}

TEST_CASE("single login needs a port for servers") {
  Houses town;
  ServerInfo info = town.info("c-1");
  info.id = "c-9";
  info.port = 0;
  town.definition.types["connector"];
  const auto opened = town.open(info, town.configure());
  REQUIRE(!opened.ok());
  CHECK(opened.error().text == "single login: c-9 needs a port for servers");
}
