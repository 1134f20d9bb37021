// A client that comes back to its session.
#include <doctest/doctest.h>

#include "client/client.h"
#include "client/scripted_peer.h"

namespace shaddock::client {
namespace {

using protocol::PackageType;
using Heard = ScriptedPeer::Heard;
using Lines = std::vector<std::string>;

struct Talk {
  Talk() {
    Client::Settings settings;
    settings.resume = true;
    client = std::make_unique<Client>(world.host(), settings);
    client->on_open([this] { said.push_back(client->resumed() ? "open again" : "open"); });
    client->on_push([this](std::string_view route, const Json& body) {
      said.push_back(std::string(route) + ' ' + body.dump());
    });
    client->on_close([this](const std::string& why) { said.push_back("closed: " + why); });
    connect(R"({"token":"t1","seconds":5,"resumed":false})");
  }
  std::string connect(const std::string& resume) {
    client->connect(peer.address());
    settle();
    const std::string asked = peer.heard().back().body;
    peer.say(PackageType::handshake, R"({"code":200,"sys":{"resume":)" + resume + "}}");
    settle();
    return asked;
  }
  void ask(int number) {
    client->request("a.b.c", {{"n", number}}, [this, number](const Answer& answer) {
      said.push_back(std::to_string(number) + ": " + std::to_string(answer.code));
    });
  }
  void settle() { world.loop().settle(); }
  void pass(int ms) { world.loop().pass(net::Duration(ms)); }
  // The bodies of DATA packages that the peer heard.
  std::size_t data() {
    std::size_t count = 0;
    for (const Heard& heard : peer.heard()) count += heard.type == PackageType::data;
    return count;
  }

  cluster::MemoryHost world;
  ScriptedPeer peer{world};
  std::unique_ptr<Client> client;
  Lines said;
};

TEST_CASE("it comes back with its token and the number of what came, and goes on") {
  Talk talk;
  talk.ask(1);
  talk.ask(2);
  talk.settle();
  CHECK(talk.data() == 2);
  talk.peer.answer(1, "{}");
  talk.peer.push("onSay", "1");
  talk.settle();
  talk.peer.hang_up();
  talk.settle();
  CHECK(talk.said == Lines{"open", "1: 200", "onSay 1", "closed: closed by the server"});
  CHECK(talk.client->may_come_back());
  CHECK(talk.client->unanswered() == 1);
  talk.pass(4000);
  const std::string asked =
      talk.connect(R"({"token":"t2","seconds":5,"resumed":true,"received":2})");
  CHECK(asked.find(R"("resume":{"token":"t1","received":2})") != std::string::npos);
  CHECK(talk.said.back() == "open again");
  CHECK(talk.data() == 0);  // the server has both
  talk.peer.answer(2, "{}");
  talk.settle();
  CHECK(talk.said.back() == "2: 200");
  CHECK(!talk.client->may_come_back());
  talk.pass(20'000);
  CHECK(talk.client->open());
}

TEST_CASE("it says again what the server lacks, before anything new") {
  Talk talk;
  for (int i = 1; i <= 3; ++i) talk.ask(i);
  talk.settle();
  talk.peer.hang_up();
  talk.settle();
  talk.client->on_open([&] { talk.ask(4); });
  talk.connect(R"({"token":"t2","seconds":5,"resumed":true,"received":1})");
  std::vector<std::string> bodies;
  for (const Heard& heard : talk.peer.heard())
    if (heard.type == PackageType::data) bodies.push_back(heard.body.substr(heard.body.find('{')));
  CHECK(bodies == std::vector<std::string>{R"({"n":2})", R"({"n":3})", R"({"n":4})"});
}

TEST_CASE("where the session is gone, what was asked in it ends, and another begins") {
  Talk talk;
  talk.ask(1);
  talk.settle();
  talk.peer.hang_up();
  talk.settle();
  talk.peer.heard();
  talk.connect(R"({"token":"t2","seconds":5,"resumed":false})");
  CHECK(talk.said == Lines{"open", "closed: closed by the server", "1: 0", "open"});
  CHECK(talk.data() == 0);
}

TEST_CASE("who does not come back in time, or gives up, hears the end of what it asked") {
  for (const bool gives_up : {true, false}) {
    Talk talk;
    talk.ask(1);
    talk.settle();
    talk.peer.hang_up();
    talk.settle();
    if (gives_up) talk.client->close();
    talk.pass(gives_up ? 0 : 5000);
    talk.settle();
    CHECK(talk.said.back() == "1: 0");
    CHECK(!talk.client->may_come_back());
    talk.connect(R"({"token":"t2","seconds":5,"resumed":false})");
    CHECK(talk.said.back() == "open");
  }
}

TEST_CASE("who is still coming back when the time is over comes to nothing") {
  Talk talk;
  talk.ask(1);
  talk.settle();
  talk.peer.hang_up();
  talk.settle();
  talk.pass(4000);
  talk.client->connect(talk.peer.address());
  talk.settle();
  talk.pass(1000);
  talk.settle();
  CHECK(talk.said ==
        Lines{"open", "closed: closed by the server", "1: 0", "closed: not back in time"});
  talk.settle();
  talk.peer.heard();
  const std::string asked = talk.connect(R"({"token":"t2","seconds":5,"resumed":false})");
  CHECK(asked.find(R"("resume":{})") != std::string::npos);
  CHECK(talk.said.back() == "open");
}

TEST_CASE("a connection may be lost on purpose") {
  Talk talk;
  talk.client->lose();
  CHECK(talk.client->open());  // callbacks never come from inside a call
  talk.settle();
  CHECK(talk.said.back() == "closed: the connection is lost");
  CHECK(talk.peer.ended());
  CHECK(talk.peer.heard().back().type == PackageType::handshake_ack);
  talk.client->lose();
  talk.connect(R"({"token":"t2","seconds":5,"resumed":true,"received":0})");
  CHECK(talk.said.back() == "open again");
}

TEST_CASE("a client that leaves, or is kicked, does not come back") {
  Talk talk;
  talk.client->close();
  talk.settle();
  CHECK(talk.peer.heard().back() == Heard{PackageType::kick, ""});
  CHECK(!talk.client->may_come_back());
  Talk kicked;
  kicked.ask(1);
  kicked.peer.say(PackageType::kick, R"({"reason":"bye"})");
  kicked.settle();
  CHECK(kicked.said == Lines{"open", "1: 0", R"(closed: kicked: {"reason":"bye"})"});
  CHECK(!kicked.client->may_come_back());
}

TEST_CASE("what the server acknowledges is not said again, and more than was said is a lie") {
  Talk talk;
  for (int i = 0; i < 3; ++i) talk.client->notify("a.b.c", {});
  talk.settle();
  talk.peer.heard();
  talk.peer.say(PackageType::heartbeat, std::string_view("\0\0\0\2", 4));
  talk.settle();
  talk.peer.hang_up();
  talk.settle();
  talk.connect(R"({"token":"t2","seconds":5,"resumed":true,"received":2})");
  CHECK(talk.data() == 1);
  talk.peer.say(PackageType::heartbeat, std::string_view("\0\0\0\4", 4));
  talk.settle();
  CHECK(talk.said.back() == "closed: the server has received what was not sent");
}

TEST_CASE("each 64 packages it says how many came") {
  Talk talk;
  for (int i = 0; i < 64; ++i) talk.peer.push("onSay", "1");
  talk.settle();
  CHECK(talk.peer.heard().back() == Heard{PackageType::heartbeat, std::string("\0\0\0\x40", 4)});
}

}  // namespace
}  // namespace shaddock::client
