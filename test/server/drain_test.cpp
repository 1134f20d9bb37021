#include "server/drain.h"

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

class Desk {
 public:
  explicit Desk(Server& server) : server_(server) {}

  Json where(BackendSession&, const Json&) { return server_.id(); }
  Task<Json> slow(BackendSession&, const Json&) {
    auto slept = server_.sleep(3s);
    co_await slept;
    co_return "slept";
  }
  // Calls another server when it is half done.
  Task<Json> ask(BackendSession&, const Json& body) {
    auto slept = server_.sleep(500ms);
    co_await slept;
    auto called = server_.rpc_to<Json>(body.find("of")->as_string(), "chat.desk.late", Json(1));
    co_return co_await called;
  }

 private:
  Server& server_;
};

class LateRemote {
 public:
  explicit LateRemote(Server& server) : server_(server) {}
  Task<Json> late(const Json&) {
    auto slept = server_.sleep(500ms);
    co_await slept;
    co_return server_.id();
  }

 private:
  Server& server_;
};

const ServerInfo& first(const Session&, const ServerList& servers) { return servers.front(); }

// A connector and two chat servers, the first of which is asked. `late` writes down what it hears.
struct DrainTown : Town {
  explicit DrainTown(bool is_live = false, const Configure& set = {}) {
    configure = [set, is_live](const ServerInfo& info, Settings& settings) {
      settings.route("chat", is_live ? live(Router(first)) : Router(first));
      if (set) set(info, settings);
    };
    type("chat")
        .handler<Desk>("desk")
        .on<&Desk::where>("where")
        .on<&Desk::slow>("slow")
        .on<&Desk::ask>("ask")
        .on("keep", [this](BackendSession&, const Json&,
                           Reply<Json> reply) { kept.push_back(std::move(reply)); })
        .on("note", [this](BackendSession&, const Json& body) {
          heard += std::to_string(body.find("n")->as_integer()) + ' ';
        });
    type("chat").remote<LateRemote>("desk").on<&LateRemote::late>("late");
    type("connector")
        .handler("h")
        .on("keep", [this](FrontendSession&, const Json&,
                           Reply<Json> reply) { kept.push_back(std::move(reply)); })
        .on("part", [this](FrontendSession& session, const Json&, Reply<Json> reply) {
          kept.push_back(std::move(reply));
          partings.push_back(session);
        });
    frontend("connector-1", "connector");
    frontend("connector-2", "connector");
    backend("chat-1", "chat");
    backend("chat-2", "chat");
    start(configure);
  }
  ~DrainTown() {
    kept.clear();
    partings.clear();
  }

  void stop(const std::string& id) {
    ended = false;
    server(id).stop([this] { ended = true; });
    settle();
  }
  // How long it still takes until it has stopped.
  int stop_time() {
    int ms = 0;
    for (; !ended && ms < 60'000; ++ms) pass(1);
    return ms;
  }
  // The next life of a server that has stopped.
  void restart(const std::string& id) {
    REQUIRE(ended);
    kill(id);
    info(id).incarnation += 100;
    REQUIRE(open(info(id), configure).ok());
    show();
  }
  const ServerList& connectors_seen_by(const std::string& id) {
    return server(id).servers_by_type("connector");
  }

  Configure configure;
  std::vector<Reply<Json>> kept;
  std::vector<FrontendSession> partings;
  std::string heard;
  bool ended = false;
};

}  // namespace

TEST_CASE("a server with nothing in hand stops in a few milliseconds") {
  DrainTown town;
  std::string id;
  SUBCASE("backend") { id = "chat-1"; }
  SUBCASE("frontend") { id = "connector-1"; }
  town.stop(id);
  CHECK(town.stop_time() <= 20);
}

TEST_CASE("a backend that stops finishes all that it has in hand, and then leaves") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  const std::uint32_t slow = client.request("chat.desk.slow");
  const std::uint32_t held = client.request("chat.desk.keep");
  const std::uint32_t asks = client.request("chat.desk.ask", R"({"of":"chat-2"})");
  town.settle();
  town.stop("chat-1");
  town.pass(2500);
  CHECK(!town.ended);
  CHECK(client.answer(slow).empty());
  CHECK(client.answer(asks) == "\"chat-2\"");
  town.pass(1000);
  CHECK(client.answer(slow) == "\"slept\"");
  CHECK(!town.ended);  // one reply is still held
  town.kept.front()("kept");
  CHECK(town.stop_time() <= 20);
  CHECK(client.answer(held) == "\"kept\"");
  CHECK(!client.ended);
}

TEST_CASE("a backend that stops finishes the calls of other servers") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  const std::uint32_t asks = client.request("chat.desk.ask", R"({"of":"chat-2"})");
  town.settle();
  town.pass(600);
  town.stop("chat-2");
  CHECK(town.stop_time() >= 300);
  CHECK(client.answer(asks) == "\"chat-2\"");
}

TEST_CASE("what is not done at the limit is cut off") {
  DrainTown town(false, [](const ServerInfo&, Settings& settings) { settings.stop.limit = 2s; });
  TestClient& client = town.join("connector-1");
  const std::uint32_t id = client.request("chat.desk.keep");
  town.settle();
  town.stop("chat-1");
  CHECK(town.stop_time() <= 2100);
  CHECK(town.ended);
  CHECK(client.answer(id) == R"({"code":522})");
}

TEST_CASE("a stable route waits for a server that restarts, and everything comes in order") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  client.request("chat.desk.note", R"({"n":1})");
  town.stop("chat-1");
  const std::uint32_t second = client.request("chat.desk.note", R"({"n":2})");
  client.notify("chat.desk.note", R"({"n":3})");
  town.settle();
  CHECK(town.heard == "1 ");
  CHECK(client.answer(second).empty());
  town.stop_time();
  client.request("chat.desk.note", R"({"n":4})");
  town.pass(300);
  town.restart("chat-1");
  const std::uint32_t last = client.request("chat.desk.note", R"({"n":5})");
  town.settle();
  CHECK(town.heard == "1 2 3 4 5 ");
  CHECK(client.answer(second) == "{}");
  CHECK(client.answer(last) == "{}");
  CHECK(client.count("answer") == 4);
}

TEST_CASE("a stable route waits no longer than a second, and not at all after that") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  town.stop("chat-1");
  const std::uint32_t id = client.request("chat.desk.where");
  town.pass(990);
  CHECK(town.ended);
  CHECK(client.answer(id).empty());
  town.pass(10);
  CHECK(client.answer(id) == R"({"code":523})");
  town.pass(100);
  CHECK(town.ask(client, "chat.desk.where") == R"({"code":521})");
}

TEST_CASE("nobody waits for a server that an operator took out of the view") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  const std::uint32_t before = client.request("chat.desk.slow");
  town.settle();
  std::erase_if(town.entries, [](const ServerInfo& one) { return one.id == "chat-1"; });
  town.show();
  town.stop("chat-1");
  CHECK(town.ask(client, "chat.desk.where") == "\"chat-2\"");
  town.stop_time();
  CHECK(client.answer(before) == "\"slept\"");
}

TEST_CASE("so many requests wait for servers of a type as may wait on a link") {
  DrainTown town(false, [](const ServerInfo&, Settings& settings) { settings.links.calls = 2; });
  TestClient& client = town.join("connector-1");
  town.stop("chat-1");
  client.request("chat.desk.where");
  client.request("chat.desk.where");
  CHECK(town.ask(client, "chat.desk.where") == R"({"code":503})");
}

TEST_CASE("a live route goes to another server, and waits when there is none") {
  DrainTown town(true);
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "chat.desk.where") == "\"chat-1\"");
  town.stop("chat-1");
  CHECK(town.ask(client, "chat.desk.where") == "\"chat-2\"");
  town.stop_time();
  town.stop("chat-2");
  const std::uint32_t id = client.request("chat.desk.where");
  town.stop_time();
  CHECK(client.answer(id).empty());
  town.restart("chat-2");
  CHECK(client.answer(id) == "\"chat-2\"");
}

TEST_CASE("a call of a server waits for one that restarts, as requests do") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  town.stop("chat-2");
  town.stop_time();
  const std::uint32_t id = client.request("chat.desk.ask", R"({"of":"chat-2"})");
  const std::uint32_t other = client.request("chat.desk.ask", R"({"of":"chat-2"})");
  town.pass(600);
  SUBCASE("it comes back") {
    town.restart("chat-2");
    town.pass(1300);  // chat-1 looks for it ever more rarely
    CHECK(client.answer(id) == "\"chat-2\"");
    CHECK(client.answer(other) == "\"chat-2\"");
  }
  SUBCASE("it does not") {
    town.pass(880);
    CHECK(client.answer(id).empty());
    town.pass(40);
    CHECK(client.answer(id) == R"({"code":523})");
    CHECK(client.answer(other) == R"({"code":523})");
  }
}

TEST_CASE(
    "a frontend that stops is out of the lists at once, though every view says that it is up") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  const net::Address address = town.server("connector-1").client_address();
  town.kept.clear();
  client.request("connector.h.keep");
  town.settle();
  REQUIRE(town.connectors_seen_by("chat-1").size() == 2);
  town.stop("connector-1");
  REQUIRE(town.connectors_seen_by("chat-1").size() == 1);
  CHECK(town.connectors_seen_by("connector-2").front().id == "connector-2");
  town.show();
  CHECK(town.connectors_seen_by("chat-1").size() == 1);
  CHECK(town.connect(address).ended);  // nobody listens
  CHECK(!town.ended);
  town.kept.front()("kept");
  town.stop_time();
  town.restart("connector-1");
  CHECK(town.connectors_seen_by("chat-1").size() == 2);
}

TEST_CASE(
    "a client is sent away with 1001 when its requests are answered; what it asks meanwhile has "
    "not run") {
  DrainTown town;
  TestClient& client = town.join("connector-1", TestClient::Over::websocket);
  TestClient& raw = town.join("connector-1");
  const std::uint32_t id = client.request("chat.desk.slow");
  town.settle();
  town.stop("connector-1");
  town.pass(100);
  CHECK(raw.ended);
  CHECK(raw.count("kick") == 0);
  const std::uint32_t late = client.request("chat.desk.note", R"({"n":1})");
  client.notify("chat.desk.note", R"({"n":2})");
  town.pass(2800);
  CHECK(client.answer(late) == R"({"code":523})");
  CHECK(client.count("close") == 0);
  CHECK(town.stop_time() <= 200);
  REQUIRE(client.heard.size() >= 2);
  CHECK(client.heard[client.heard.size() - 2] == "answer " + std::to_string(id) + " \"slept\"");
  CHECK(client.heard.back() == "close 1001");
  CHECK(town.heard.empty());
}

TEST_CASE("a client that logs out with its last answer is sent away like any other") {
  DrainTown town;
  TestClient& client = town.join("connector-1", TestClient::Over::websocket);
  client.request("connector.h.part");
  town.settle();
  town.stop("connector-1");
  town.pass(100);
  REQUIRE(!town.ended);
  town.kept.front()("bye");
  town.partings.front().logout();
  CHECK(town.stop_time() <= 200);
  CHECK(client.heard.back() == "close 1001");
}

TEST_CASE("the clients of a frontend that an operator stops are members until they have gone") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  client.request("connector.h.keep");
  town.settle();
  Channel& room = town.server("chat-1").channels().open("room");
  room.add("ann", "connector-1");
  std::erase_if(town.entries, [](const ServerInfo& one) { return one.id == "connector-1"; });
  town.show();
  town.stop("connector-1");
  town.pass(500);
  CHECK(room.find("ann") != nullptr);
  town.kept.front()("kept");
  town.stop_time();
  town.settle();
  CHECK(room.find("ann") == nullptr);
}

TEST_CASE("clients whose requests are not answered in time are closed all the same") {
  DrainTown town(false, [](const ServerInfo&, Settings& settings) { settings.stop.limit = 2s; });
  TestClient& client = town.join("connector-1", TestClient::Over::websocket);
  client.request("chat.desk.keep");
  town.settle();
  town.stop("connector-1");
  town.pass(1900);
  CHECK(client.count("close") == 0);
  CHECK(town.stop_time() <= 1200);
  CHECK(client.heard.back() == "close 1001");
  CHECK(town.ended);
}

TEST_CASE("a stop that is cut off closes the clients with 1001 and ends within a second") {
  DrainTown town;
  TestClient& busy = town.join("connector-1", TestClient::Over::websocket);
  busy.request("connector.h.keep");
  std::vector<TestClient*> idle;
  for (int i = 0; i < 20; ++i)
    idle.push_back(&town.join("connector-1", TestClient::Over::websocket));
  town.stop("connector-1");
  town.server("connector-1").cut_stop();
  CHECK(town.stop_time() <= 1100);
  CHECK(busy.heard.back() == "close 1001");
  for (TestClient* client : idle) CHECK(client->heard.back() == "close 1001");
}

TEST_CASE("a backend whose stop is cut off tells whoever waits for it") {
  DrainTown town;
  TestClient& client = town.join("connector-1");
  const std::uint32_t id = client.request("chat.desk.slow");
  town.settle();
  town.stop("chat-1");
  town.pass(50);
  REQUIRE(!town.ended);
  town.server("chat-1").cut_stop();
  CHECK(town.stop_time() <= 1100);
  town.settle();
  CHECK(client.answer(id) == R"({"code":522})");
}

TEST_CASE("work that reaches a server behind the word that nothing comes is refused with 523") {
  // A peer that sends on, against its word.
  DrainTown town;
  TestClient& client = town.join("connector-1");
  client.request("chat.desk.slow");
  town.settle();
  town.stop("chat-1");
  cluster::Link* const link = town.server("connector-1").endpoint().find("chat-1");
  REQUIRE(link != nullptr);
  REQUIRE(link->draining());
  struct Owner final : cluster::CallOwner {
    void on_call_end(cluster::CallTag, const cluster::CallEnd& end) noexcept override {
      statuses.push_back(end.status);
    }
    std::vector<int> statuses;
  } owner;
  cluster::FrameWriter request(link->output());
  request.request(
      {link->calls().open(owner, {}, 5s), *link->handler_code("chat.desk.where"), 1, 5000, 0, {}});
  request.finish();
  cluster::FrameWriter call(link->output());
  call.call(link->calls().open(owner, {}, 5s), *link->remote_code("chat.desk.late"), 5000, 0);
  call.finish();
  town.settle();
  CHECK(owner.statuses == std::vector<int>{523, 523});
}
