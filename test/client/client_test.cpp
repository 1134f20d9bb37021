#include "client/client.h"

#include <doctest/doctest.h>

#include "client/scripted_peer.h"

namespace shaddock::client {
namespace {

using protocol::PackageType;
using std::chrono::seconds;
using Heard = ScriptedPeer::Heard;

// A client that is open unless the test wants it otherwise, and what its callbacks told.
struct Talk {
  explicit Talk(std::string_view handshake = R"({"code":200,"sys":{"heartbeat":3}})",
                const Client::Settings& settings = {})
      : client(std::make_unique<Client>(world.host(), settings)) {
    client->on_open([this] { said.push_back("open"); });
    client->on_push([this](std::string_view route, const Json& body) {
      said.push_back(std::string(route) + ' ' + body.dump());
    });
    client->on_close([this](const std::string& why) { said.push_back("closed: " + why); });
    client->connect(peer.address());
    settle();
    if (handshake.empty()) return;
    peer.say(PackageType::handshake, handshake);
    settle();
  }

  void settle() { world.loop().settle(); }
  Client::OnAnswer tell() {
    return [this](Answer answer) {
      said.push_back(std::to_string(answer.code) + ' ' + answer.body.dump());
    };
  }
  const std::string& last() { return said.back(); }

  cluster::MemoryHost world;
  ScriptedPeer peer{world};
  std::unique_ptr<Client> client;
  std::vector<std::string> said;
};

TEST_CASE("the handshake is acknowledged, then the client is open") {
  Talk talk("");
  CHECK_FALSE(talk.client->open());
  auto heard = talk.peer.heard();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].type == PackageType::handshake);
  CHECK(parse_json(heard[0].body)->find("sys") != nullptr);

  talk.peer.say(PackageType::handshake, R"({"code":200,"sys":{},"user":{"k":1}})");
  talk.settle();
  CHECK(talk.client->open());
  CHECK(talk.peer.heard() == std::vector<Heard>{{PackageType::handshake_ack, ""}});
  CHECK(talk.client->handshake().at("user") == Json{{"k", 1}});
  CHECK(talk.said == std::vector<std::string>{"open"});
}

TEST_CASE("a refused handshake closes with what the server said") {
  Talk talk(R"({"code":501})");
  CHECK(talk.said == std::vector<std::string>{R"(closed: refused: {"code":501})"});
  CHECK(talk.peer.ended());
  Talk garbled("no json");
  CHECK(garbled.last() == "closed: the server's handshake is not JSON");
}

TEST_CASE("answers find their requests in any order") {
  Talk talk;
  talk.peer.heard();
  talk.client->request("a.b.c", {{"n", 1}}, talk.tell());
  talk.client->request("a.b.d", {{"n", 2}}, talk.tell());
  CHECK(talk.client->unanswered() == 2);
  talk.settle();
  const auto heard = talk.peer.heard();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].body == std::string("\0\1\5a.b.c", 8) + R"({"n":1})");

  talk.peer.answer(2, R"({"code":521})");
  talk.peer.answer(1, R"({"users":[]})");
  talk.settle();
  CHECK(talk.said ==
        std::vector<std::string>{"open", R"(521 {"code":521})", R"(200 {"users":[]})"});
  CHECK(talk.client->unanswered() == 0);
}

TEST_CASE("an answer that is not JSON ends its request all the same") {
  Talk talk;
  talk.client->request("a.b.c", Json::object(), talk.tell());
  talk.settle();
  talk.peer.answer(1, "{");
  talk.settle();
  CHECK(talk.last() == "-2 null");
}

TEST_CASE("a notify has no id, and a push carries its route") {
  Talk talk;
  talk.peer.heard();
  CHECK(talk.client->notify("a.b.c", {{"x", 1}}));
  talk.settle();
  CHECK(talk.peer.heard() ==
        std::vector<Heard>{{PackageType::data, std::string("\2\5a.b.c", 7) + R"({"x":1})"}});
  talk.peer.push("onChat", R"({"msg":"hi"})");
  talk.settle();
  CHECK(talk.last() == R"(onChat {"msg":"hi"})");
}

TEST_CASE("requests that cannot be sent end on a later turn") {
  Client::Settings settings;
  settings.max_unanswered = 1;
  Talk talk("", settings);
  talk.client->request("a.b.c", {}, talk.tell());
  CHECK(talk.said.empty());
  CHECK_FALSE(talk.client->notify("a.b.c", {}));
  talk.settle();
  CHECK(talk.last() == "-1 null");

  talk.peer.say(PackageType::handshake, R"({"code":200,"sys":{}})");
  talk.settle();
  talk.client->request("a.b.c", {}, talk.tell());
  talk.client->request("a.b.c", {}, talk.tell());
  CHECK_FALSE(talk.client->notify(std::string(256, 'r'), {}));
  talk.settle();
  CHECK(talk.last() == "-1 null");
  CHECK(talk.client->unanswered() == 1);
}

TEST_CASE("what the kernel does not take is bounded") {
  Client::Settings settings;
  settings.max_queued = 100;
  Talk talk(R"({"code":200})", settings);
  CHECK(talk.client->notify("a.b.c", std::string(200, 'x')));
  CHECK_FALSE(talk.client->notify("a.b.c", {}));
  talk.settle();
  CHECK(talk.client->notify("a.b.c", {}));
}

TEST_CASE("requests under way end before on_close when the connection ends") {
  Talk talk;
  talk.client->request("a.b.c", {}, talk.tell());
  talk.settle();
  talk.peer.hang_up();
  talk.settle();
  CHECK(talk.said == std::vector<std::string>{"open", "0 null", "closed: closed by the server"});
  CHECK_FALSE(talk.client->open());
}

TEST_CASE("a kick says its reason") {
  Talk talk;
  talk.peer.say(PackageType::kick, R"({"reason":"kick"})");
  talk.settle();
  CHECK(talk.last() == R"(closed: kicked: {"reason":"kick"})");
}

TEST_CASE("close ends politely, before the connection is there as well") {
  Talk talk;
  talk.client->close();
  talk.settle();
  CHECK(talk.last().starts_with("closed: "));
  CHECK(talk.peer.ended());

  Client early(talk.world.host());
  std::string why;
  early.on_close([&](const std::string& text) { why = text; });
  early.connect(talk.peer.address());
  early.close();
  CHECK(why.empty());
  talk.settle();
  CHECK(why == "closed");
}

TEST_CASE("a client that was closed may connect again") {
  Talk talk;
  talk.peer.hang_up();
  talk.settle();
  talk.client->connect(talk.peer.address());
  talk.settle();
  talk.peer.say(PackageType::handshake, R"({"code":200,"sys":{}})");
  talk.settle();
  CHECK(talk.client->open());
  CHECK(talk.last() == "open");
}

TEST_CASE("a heartbeat is answered after the interval, not before") {
  Talk talk;
  talk.peer.heard();
  talk.peer.say(PackageType::heartbeat);
  talk.world.loop().pass(net::Duration(2990));
  CHECK(talk.peer.heard().empty());
  talk.world.loop().pass(net::Duration(20));
  CHECK(talk.peer.heard() == std::vector<Heard>{{PackageType::heartbeat, ""}});
}

TEST_CASE("a server that falls silent is given up after three heartbeats") {
  Talk talk;
  talk.world.loop().pass(seconds(5));
  talk.peer.push("onAny", "{}");
  talk.world.loop().pass(seconds(8));
  CHECK(talk.client->open());
  talk.world.loop().pass(seconds(2));
  CHECK(talk.last() == "closed: no sign of life from the server");
}

TEST_CASE("a server that does not finish the handshake is given up") {
  Talk talk("");
  talk.world.loop().pass(seconds(11));
  CHECK(talk.said == std::vector<std::string>{"closed: not open in time"});
}

TEST_CASE("what only a broken server sends ends the connection") {
  const std::string_view messages[] = {
      {"\x04\x09{}", 4},  // an answer to nothing
      {"\x02\1a{}", 5},   // a notify
      {"\x07\0\1{}", 5},  // a code without a dictionary
      {"\x06\1a", 3},     // a push without a body
      {"\x06\x50", 2},    // a route that is not there
  };
  for (const std::string_view message : messages) {
    Talk talk;
    talk.peer.say(PackageType::data, message);
    talk.settle();
    CHECK(talk.last().starts_with("closed: the server "));
  }
}

TEST_CASE("any callback may destroy the client") {
  SUBCASE("a push") {
    Talk talk;
    int pushes = 0;
    talk.client->on_push([&](std::string_view, const Json&) { ++pushes, talk.client.reset(); });
    talk.peer.push("onAny", "{}");
    talk.peer.push("onAny", "{}");
    talk.settle();
    CHECK(pushes == 1);
  }
  SUBCASE("an answer, while others are lost") {
    Talk talk;
    int answers = 0;
    for (int i = 0; i < 2; ++i)
      talk.client->request("a.b.c", {}, [&](Answer) { ++answers, talk.client.reset(); });
    talk.settle();
    talk.peer.hang_up();
    talk.settle();
    CHECK(answers == 1);
    CHECK(talk.last() == "open");
  }
  SUBCASE("the opening and the end") {
    Talk talk("");
    talk.client->on_open([&] { talk.client.reset(); });
    talk.peer.say(PackageType::handshake, R"({"code":200})");
    talk.settle();
    CHECK(talk.client == nullptr);
    Talk ending;
    ending.client->on_close([&](const std::string&) { ending.client.reset(); });
    ending.peer.hang_up();
    ending.settle();
    CHECK(ending.client == nullptr);
  }
}

}  // namespace
}  // namespace shaddock::client
