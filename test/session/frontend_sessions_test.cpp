#include "session/frontend_sessions.h"

#include <doctest/doctest.h>

#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "session/snapshot.h"

using namespace shaddock;
using namespace shaddock::session;

namespace {

struct Connection final : ClientConnection {
  void send_package(const SharedBytes& package) override { sent.push_back(*package); }
  void send_push(const SharedBytes& package, std::string_view) override { send_package(package); }
  void logout() override { ++logouts; }
  void kick(std::string_view reason) override { kicks.emplace_back(reason); }
  std::string address() const override { return "127.0.0.1:9"; }
  std::vector<std::string> sent, kicks;
  int logouts = 0;
};

struct Events final : SessionEvents {
  void on_session_end(detail::FrontendState& session) override {
    ended.push_back(session.data.uid);
  }
  void on_callback_failed(const detail::FrontendState&, const Error& error) override {
    failed.push_back(error.text);
  }
  std::vector<std::string> ended, failed;
};

std::string outcome(Pending<> pending) {
  std::string text = "waits";
  pending.then([&](Result<void> result) { text = result.ok() ? "ok" : result.error().text; });
  return text;
}

struct World {
  FrontendSession open() { return FrontendSession(sessions.open(connections.emplace_back())); }
  void close(const FrontendSession& session) { sessions.close(session.state()); }

  Events events;
  std::list<Connection> connections;
  FrontendSessions sessions{"connector-1", 7, events};
};

}  // namespace

TEST_CASE("ids carry the incarnation of the frontend and never come back") {
  World world;
  const auto a = world.open();
  world.close(a);
  const auto b = world.open();
  CHECK((a.id() >> 32) == 7);
  CHECK(b.id() == a.id() + 1);
  CHECK(to_string_id(b.id()) == "7.2");
  CHECK(b.frontend() == "connector-1");
}

TEST_CASE("binding follows Pomelo's rules, with its messages") {
  World world;
  auto session = world.open();
  CHECK(!session.bound());
  CHECK(outcome(session.bind("amy")) == "ok");
  CHECK(outcome(session.bind("amy")) == "ok");
  CHECK(outcome(session.bind("bob")) == "session has already bind with amy");
  CHECK(session.uid() == "amy");
  CHECK(outcome(session.unbind("bob")) == "session has not bind with bob");
  CHECK(outcome(session.unbind("amy")) == "ok");
  CHECK(outcome(session.unbind("amy")) == "session has not bind with amy");
  CHECK(outcome(session.bind("bob")) == "ok");
  CHECK(world.sessions.bound() == 1);
  CHECK(!world.sessions.contains("amy"));
  world.close(session);
  CHECK(outcome(session.bind("bob")) == "session does not exist");
  CHECK(outcome(session.unbind("bob")) == "session does not exist");
  CHECK(world.sessions.bound() == 0);
}

TEST_CASE("a uid has 1 to 128 bytes and is UTF-8") {
  World world;
  CHECK(outcome(world.open().bind("")) == "a uid must not be empty");
  CHECK(outcome(world.open().bind(std::string(129, 'x'))) == "a uid has at most 128 bytes");
  CHECK(outcome(world.open().bind(std::string(128, 'x'))) == "ok");
  CHECK(outcome(world.open().bind("amy\xff")) == "a uid must be UTF-8");
}

TEST_CASE("a uid may be bound by several sessions, which are found and kicked together") {
  World world;
  auto first = world.open(), second = world.open(), other = world.open();
  for (auto* session : {&first, &second}) REQUIRE(outcome(session->bind("amy")) == "ok");
  REQUIRE(outcome(other.bind("bob")) == "ok");
  CHECK(world.sessions.find("amy").size() == 2);
  CHECK(world.sessions.find("nobody").empty());
  CHECK(world.sessions.find(other.id())->uid() == "bob");
  CHECK(world.sessions.bound() == 3);
  CHECK(world.sessions.kick("amy", "bye") == 2);
  CHECK(world.sessions.kick("nobody", "bye") == 0);
  CHECK(world.connections.front().kicks == std::vector<std::string>{"bye"});
  CHECK(world.connections.back().kicks.empty());
  world.close(first);
  CHECK(world.sessions.contains("amy"));
  world.close(second);
  CHECK(!world.sessions.contains("amy"));
}

TEST_CASE(
    "close events run once, in order, with uid and settings readable and the session not found any "
    "more") {
  World world;
  auto session = world.open();
  REQUIRE(outcome(session.bind("amy")) == "ok");
  session.set("rid", "r1");
  std::vector<std::string> seen;
  session.on_close([&](FrontendSession& s) {
    seen.push_back("1 " + s.uid() + ' ' + s.get("rid").as_string());
    CHECK(s.closed());
    CHECK(!world.sessions.contains("amy"));
    CHECK(!world.sessions.find(s.id()));
  });
  FrontendSession copy = session;
  copy.on_close([&](FrontendSession&) { seen.push_back("2"); });
  world.close(session);
  world.close(session);
  CHECK(seen == std::vector<std::string>{"1 amy r1", "2"});
  CHECK(world.events.ended == std::vector<std::string>{"amy"});
  session.on_close([&](FrontendSession&) { seen.push_back("late"); });
  CHECK(seen.back() == "late");
}

TEST_CASE("a close event that throws does not keep the others from running") {
  World world;
  auto session = world.open();
  int ran = 0;
  session.on_close([](FrontendSession&) { throw std::runtime_error("defect"); });
  session.on_close([&](FrontendSession&) { ++ran; });
  world.close(session);
  CHECK(ran == 1);
  CHECK(world.events.ended.size() == 1);
  CHECK(world.events.failed == std::vector<std::string>{"defect"});
}

TEST_CASE("close events may kick, close, open and register whatever they like") {
  World world;
  auto session = world.open(), other = world.open();
  REQUIRE(outcome(other.bind("bob")) == "ok");
  int late = 0;
  session.on_close([&](FrontendSession& s) {
    s.kick("again");
    s.set("a", 1);
    s.on_close([&](FrontendSession&) { ++late; });
    world.close(s);
    world.close(other);
    world.open();
  });
  world.close(session);
  CHECK(late == 1);
  CHECK(world.sessions.size() == 1);
  CHECK(world.connections.front().kicks.empty());
}

TEST_CASE("handles may outlive their sessions and the service") {
  std::optional<FrontendSession> kept;
  {
    World world;
    kept = world.open();
    REQUIRE(outcome(kept->bind("amy")) == "ok");
  }
  CHECK(kept->closed());
  CHECK(kept->uid() == "amy");
  CHECK(outcome(kept->bind("amy")) == "session does not exist");
  kept->kick("x");
  CHECK(kept->client_address() == "");
}

TEST_CASE("settings are scalars, 32 at most, 8 KiB in all") {
  World world;
  auto session = world.open();
  session.set("null", nullptr);
  session.set("bool", true);
  session.set("integer", 5);
  session.set("real", 0.5);
  session.set("text", "t");
  CHECK(session.get("integer").as_integer() == 5);
  CHECK(session.find("none") == nullptr);
  CHECK_THROWS_WITH_AS(session.get("none"), "the session has no setting none", Error);
  CHECK_THROWS_AS(session.set("list", Json::array()), Error);
  CHECK_THROWS_AS(session.set("object", Json::object()), Error);
  for (int i = 5; i < 32; ++i) session.set("k" + std::to_string(i), i);
  CHECK_THROWS_AS(session.set("one more", 1), Error);
  session.set("k5", "changed");
  CHECK(session.get("k5").as_string() == "changed");
  CHECK_THROWS_AS(session.set("text", std::string(9000, 'x')), Error);
  session.set("text", std::string(7000, 'x'));
  CHECK_THROWS_AS(session.set("k6", std::string(2000, 'x')), Error);
  session.set("text", "short");
  session.set("k6", std::string(2000, 'x'));
}

TEST_CASE("a copy of a handle is of no request") {
  World world;
  auto session = world.open();
  session.set_context({std::chrono::steady_clock::time_point{}, 5});
  const FrontendSession copy = session;
  CHECK(copy.context().trace == 0);
  CHECK(copy.context().deadline == std::chrono::steady_clock::time_point::max());
  CHECK(copy.id() == session.id());
}

TEST_CASE("pushes visit all, the bound, or those of a uid") {
  World world;
  auto amy = world.open(), again = world.open(), nobody = world.open();
  for (auto* session : {&amy, &again}) REQUIRE(outcome(session->bind("amy")) == "ok");
  const auto count = [&](auto visit_all) {
    int visits = 0;
    visit_all([&](detail::FrontendState&) { ++visits; });
    return visits;
  };
  CHECK(count([&](const auto& visit) {
          world.sessions.for_each(cluster::PushScope::all, visit);
        }) == 3);
  CHECK(count([&](const auto& visit) {
          world.sessions.for_each(cluster::PushScope::bound, visit);
        }) == 2);
  CHECK(count([&](const auto& visit) { world.sessions.for_each_of("amy", visit); }) == 2);
  CHECK(count([&](const auto& visit) { world.sessions.for_each_of("x", visit); }) == 0);
  CHECK(count([&](const auto& visit) { world.sessions.for_each_user(visit); }) == 1);
  CHECK(world.sessions.users() == 1);
}

TEST_CASE("the snapshot follows each change") {
  World world;
  auto session = world.open();
  const auto read = [&] { return *decode_snapshot(session.state().snapshot()); };
  CHECK(read().uid == "");
  REQUIRE(outcome(session.bind("amy")) == "ok");
  CHECK(read().uid == "amy");
  session.set("n", 1);
  CHECK(read().settings.find("n")->as_integer() == 1);
  session.set("n", 2);
  CHECK(read().settings.find("n")->as_integer() == 2);
  REQUIRE(outcome(session.unbind("amy")) == "ok");
  CHECK(read().uid == "");
}

TEST_CASE("a session that was retired has ended, but its answers still find the client") {
  World world;
  FrontendSession session = world.open();
  REQUIRE(outcome(session.bind("bob")) == "ok");
  std::string closed_with;
  session.on_close([&](FrontendSession& ending) { closed_with = ending.uid(); });
  world.sessions.retire(session.state());
  CHECK(session.closed());
  CHECK(closed_with == "bob");
  CHECK(world.events.ended == std::vector<std::string>{"bob"});
  CHECK_FALSE(world.sessions.contains("bob"));
  CHECK(world.sessions.state(session.id()) == nullptr);
  REQUIRE(world.sessions.answering(session.id()) == &session.state());
  CHECK(session.state().answers_to == &world.connections.front());
  world.sessions.retire(session.state());
  world.sessions.close(session.state());
  CHECK(world.events.ended.size() == 1);
  world.sessions.forget(session.state());
  CHECK(world.sessions.answering(session.id()) == nullptr);
  CHECK(session.state().answers_to == nullptr);
}

TEST_CASE("a closed session has nobody to answer to, and logs out no more") {
  World world;
  FrontendSession session = world.open();
  session.logout();
  CHECK(world.connections.front().logouts == 1);
  CHECK(world.sessions.answering(session.id()) == &session.state());
  world.close(session);
  session.logout();
  CHECK(world.connections.front().logouts == 1);
  CHECK(world.sessions.answering(session.id()) == nullptr);
  CHECK(session.state().answers_to == nullptr);
}

TEST_CASE("what the client said in its handshake stays readable") {
  World world;
  FrontendSession session = world.open();
  CHECK(session.client_data().as_object().empty());
  session.state().client_data = std::make_shared<ClientData>(R"({"sys":{"n":5}})");
  world.close(session);
  CHECK(session.client_data().at("sys").at("n").as_integer() == 5);
  CHECK(&session.client_data() == &session.client_data());
}

TEST_CASE("the sessions of a uid are visited in the order of binding, whichever of them leaves") {
  for (std::size_t leaves = 0; leaves < 4; ++leaves) {
    CAPTURE(leaves);
    World world;
    std::vector<FrontendSession> sessions;
    for (int i = 0; i < 4; ++i) {
      sessions.push_back(world.open());
      CHECK(outcome(sessions.back().bind("a uid longer than a word")) == "ok");
    }
    std::vector<SessionId> expected;
    for (const auto& session : sessions) expected.push_back(session.id());
    expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(leaves));
    CHECK(outcome(sessions[leaves].unbind("a uid longer than a word")) == "ok");
    const auto visited = [&] {
      std::vector<SessionId> ids;
      world.sessions.for_each_of("a uid longer than a word",
                                 [&](detail::FrontendState& state) { ids.push_back(state.id); });
      return ids;
    };
    CHECK(visited() == expected);
    CHECK(outcome(sessions[leaves].bind("a uid longer than a word")) == "ok");
    expected.push_back(sessions[leaves].id());
    CHECK(visited() == expected);
    CHECK(world.sessions.bound() == 4);
    for (const auto& session : sessions) world.close(session);
    CHECK(visited().empty());
    CHECK_FALSE(world.sessions.contains("a uid longer than a word"));
  }
}

TEST_CASE("what clients said alike is kept once, until it is read or nobody has it") {
  World world;
  const auto first = world.sessions.client_data(R"({"n":1})");
  CHECK(world.sessions.client_data(R"({"n":1})") == first);
  auto other = world.sessions.client_data(R"({"n":2})");
  CHECK(other != first);
  CHECK(world.sessions.client_data(R"({"n":1})") == first);
  CHECK(first.use_count() == 1);
  const std::weak_ptr<ClientData> gone = other;
  other.reset();
  CHECK(gone.expired());
  CHECK(first->json().at("n").as_integer() == 1);
  CHECK(world.sessions.client_data(R"({"n":1})") != first);
}
