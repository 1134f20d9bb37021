// Servers that cannot be asked: who is asked instead, and that each request ends once all the same.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;

namespace {

constexpr const char* kWho = "chat.h.who";

struct Remote {
  explicit Remote(Server& server) : server_(server) {}
  std::string who() { return server_.id(); }
  Server& server_;
};

class Handler {
 public:
  explicit Handler(Server& server) : server_(server) {}
  std::string who(BackendSession&, const Json&) { return server_.id(); }
  void keep(BackendSession&, const Json&, Reply<Json> reply) { kept_.push_back(std::move(reply)); }
  void refuse(BackendSession&, const Json& code) {
    throw Error(static_cast<int>(code.as_integer()), "as asked");
  }

 private:
  Server& server_;
  std::vector<Reply<Json>> kept_;
};

// chat-1 and chat-2 behind a connector.
struct TwoChats : Town {
  explicit TwoChats(const Router& router, const std::function<void(Settings&)>& set = {}) {
    type("connector");
    type("chat")
        .handler<Handler>("h")
        .on<&Handler::who>("who")
        .on<&Handler::keep>("keep")
        .on<&Handler::refuse>("refuse");
    type("chat").remote<Remote>("r").on<&Remote::who>("who");
    backend("chat-1", "chat");
    backend("chat-2", "chat");
    frontend("connector-1", "connector");
    start([&](const ServerInfo&, Settings& settings) {
      settings.route("chat", router);
      if (set) set(settings);
    });
  }
  // Cables in the order of dialling: the smaller id dials.
  cluster::MemoryStream::Cable& cable_to_chat(int number) {
    return *world.network().cables()[static_cast<std::size_t>(number)];
  }
  cluster::Link& link_to(const std::string& id) {
    return *server("connector-1").endpoint().find(id);
  }
  // Twenty-five players ask, and none is answered in time. One of them.
  TestClient& hang() {
    TestClient* client = nullptr;
    for (int player = 0; player < 25; ++player) {
      client = &join("connector-1");
      client->request("chat.h.keep");
    }
    pass(1251);
    return *client;
  }
  std::string rpc(const std::string& key) {
    std::string who;
    server("connector-1").rpc<&Remote::who>(key).then([&](Result<std::string> answer) {
      who += answer.ok() ? *answer : std::to_string(answer.error().code);
    });
    settle();
    return who;
  }
  std::set<std::string> who_answers(TestClient& client) {
    std::set<std::string> all;
    for (int i = 0; i < 6; ++i) all.insert(ask(client, kWho));
    return all;
  }
};

void short_requests(Settings& settings) { settings.deadlines.request = 1s; }

const std::set<std::string> kBoth = {"\"chat-1\"", "\"chat-2\""}, kFirst = {"\"chat-1\""},
                            kSecond = {"\"chat-2\""};

}  // namespace

TEST_CASE("a live router goes past a server that is lost, before any view says so") {
  TwoChats town(round_robin());
  TestClient& client = town.join("connector-1");
  CHECK(town.who_answers(client) == kBoth);
  town.kill("chat-1");
  CHECK(town.who_answers(client) == kSecond);
  CHECK(town.rpc("a") + town.rpc("a") == "chat-2chat-2");
  town.kill("chat-2");
  CHECK(town.ask(client, kWho) == R"({"code":521})");
  CHECK(town.rpc("a") == "521");
}

TEST_CASE("least loaded asks who owes fewer answers") {
  TwoChats town(least_loaded());
  TestClient& client = town.join("connector-1");
  client.request("chat.h.keep");
  town.settle();
  client.request("chat.h.keep");
  client.request("chat.h.keep");
  town.settle();
  // Two wait at one of them, one at the other: the one is asked until it owes as much.
  const std::set<std::string> idle = town.who_answers(client);
  CHECK(idle.size() == 1);
  client.request("chat.h.keep");
  town.settle();
  CHECK(town.who_answers(client) == kBoth);
}

TEST_CASE("a server that is silent is not asked, one that is heard again is") {
  for (const bool is_live : {true, false}) {
    CAPTURE(is_live);
    TwoChats town(is_live ? round_robin() : by_key());
    TestClient& client = town.join("connector-1");  // without a uid: chat-1
    for (int cable : {0, 1}) town.cable_to_chat(cable).broken = true;
    town.pass(1501);
    CHECK(town.who_answers(client) ==
          (is_live ? kSecond : std::set<std::string>{R"({"code":521})"}));
    CHECK(town.rpc("") == (is_live ? "chat-2" : "521"));
    CHECK(town.link_to("chat-1").open());
    for (int cable : {0, 1}) town.cable_to_chat(cable).broken = false;
    town.pass(500);
    CHECK(town.who_answers(client) == (is_live ? kBoth : kFirst));
  }
}

TEST_CASE("who asks a server just before it hangs waits three and a quarter seconds at most") {
  TwoChats town(round_robin());
  TestClient& client = town.join("connector-1");
  for (int cable : {0, 1}) town.cable_to_chat(cable).broken = true;
  const auto one = client.request(kWho), other = client.request(kWho);
  town.pass(3250);
  CHECK((client.answer(one) == R"({"code":522})") != (client.answer(other) == R"({"code":522})"));
  CHECK((client.answer(one) == "\"chat-2\"") != (client.answer(other) == "\"chat-2\""));
  town.pass(20'000);
  CHECK(client.count("answer") == 2);
}

TEST_CASE("a full queue turns to the other server at once, but not with a stable router") {
  const auto narrow = [](Settings& settings) { settings.links.calls = 1; };
  TwoChats live(round_robin(), narrow), stable(by_key(), narrow);
  for (TwoChats* town : {&live, &stable}) {
    TestClient& client = town->join("connector-1");
    client.request("chat.h.keep");
    town->settle();
    const bool is_live = town == &live;
    CHECK(town->who_answers(client) ==
          (is_live ? kSecond : std::set<std::string>{R"({"code":503})"}));
    CHECK(town->rpc("") == (is_live ? "chat-2" : "503"));
    if (!is_live) continue;
    client.request("chat.h.keep");
    town->settle();
    CHECK(town->ask(client, kWho) == R"({"code":503})");
  }
}

TEST_CASE("what had not left when the link was lost runs elsewhere, what had left does not") {
  TwoChats town(round_robin());
  TestClient& client = town.join("connector-1");
  TestClient& other = town.join("connector-1");
  const auto left = client.request("chat.h.keep");  // at chat-1
  town.settle();
  CHECK(town.ask(other, kWho) == "\"chat-2\"");
  town.cable_to_chat(1).full[0] = town.cable_to_chat(1).full[1] = true;
  const auto waits = other.request(kWho);
  town.settle();
  REQUIRE(other.answer(waits).empty());
  town.link_to("chat-1").reset("test");
  town.settle();
  CHECK(client.answer(left) == R"({"code":522})");
  CHECK(other.answer(waits) == "\"chat-2\"");
  town.pass(20'000);
  CHECK(client.count("answer") == 1);
  CHECK(other.count("answer") == 2);
}

TEST_CASE("one that its session has sent something newer after is not sent again") {
  TwoChats town(round_robin());
  TestClient& client = town.join("connector-1");
  town.cable_to_chat(1).full[0] = town.cable_to_chat(1).full[1] = true;
  const auto first = client.request(kWho), second = client.request(kWho),
             third = client.request(kWho);
  town.settle();
  CHECK(client.answer(second) == "\"chat-2\"");
  town.link_to("chat-1").reset("test");
  town.settle();
  CHECK(client.answer(first) == R"({"code":522})");
  CHECK(client.answer(third) == "\"chat-2\"");
}

TEST_CASE("a session that sticks stays, also when one of its requests is refused") {
  TwoChats town(sticky(round_robin()), [](Settings& settings) { settings.links.calls = 1; });
  TestClient& client = town.join("connector-1");
  CHECK(town.who_answers(client) == kFirst);
  client.request("chat.h.keep");
  town.settle();
  CHECK(town.ask(client, kWho) == R"({"code":503})");
  town.pass(10'001);
  CHECK(town.who_answers(client) == kFirst);
  town.kill("chat-1");
  CHECK(town.who_answers(client) == kSecond);
}

TEST_CASE("a server whose handlers hang is left alone for a second, and tried by one request") {
  for (const bool is_live : {false, true}) {
    CAPTURE(is_live);
    TwoChats town(is_live ? round_robin() : by_key(), short_requests);
    if (is_live) town.kill("chat-2");
    TestClient& client = town.hang();
    CHECK(town.ask(client, kWho) == R"({"code":524})");
    CHECK(town.rpc("") == "524");
    town.pass(1000);
    CHECK(town.ask(client, kWho) == "\"chat-1\"");
    CHECK(town.ask(client, kWho) == "\"chat-1\"");
  }
}

TEST_CASE("what a handler throws opens no circuit, and setting it to 0 turns it off") {
  for (const int code : {500, 503, 504, 522, 523, 524}) {
    TwoChats town(by_key());
    for (int player = 0; player < 25; ++player) {
      TestClient& client = town.join("connector-1");
      for (int i = 0; i < 2; ++i)
        CHECK(town.ask(client, "chat.h.refuse", std::to_string(code)) ==
              R"({"code":)" + std::to_string(code) + '}');
    }
    town.pass(1000);
    CHECK(town.ask(town.join("connector-1"), kWho) == "\"chat-1\"");
  }
  TwoChats off(by_key(), [](Settings& settings) {
    short_requests(settings);
    settings.links.circuit_open = 0ms;
  });
  CHECK(off.ask(off.hang(), kWho) == "\"chat-1\"");
}
