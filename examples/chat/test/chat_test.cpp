// The story of the chat: the whole cluster of config/servers.json, in this process.
#include <doctest/doctest.h>
#include <shaddock/routing.h>
#include <shaddock/testing.h>

#include <optional>
#include <string>

#include "application.h"

using namespace std::chrono_literals;
using shaddock::Json;
using shaddock::testing::Client;
using shaddock::testing::Cluster;
using shaddock::testing::Options;
using shaddock::testing::Time;

namespace {

const char* const kConnectors[] = {"connector-server-1", "connector-server-2",
                                   "connector-server-3"};

Json enter(Client& client, const std::string& name) {
  return client.request("connector.entryHandler.enter", {{"username", name}, {"rid", "lobby"}});
}
Json say(Client& client, const std::string& text, const std::string& target = "*") {
  return client.request("chat.chatHandler.send", {{"content", text}, {"target", target}});
}
Json words(const std::string& text, const std::string& from, const std::string& target = "*") {
  return {{"msg", text}, {"from", from}, {"target", target}};
}
Json users(std::initializer_list<const char*> names) {
  Json list = Json::array();
  for (const char* name : names) list.push_back(name);
  return {{"users", list}};
}
Json came(const std::string& name) { return {{"route", "onAdd"}, {"user", name}}; }
Json left(const std::string& name) { return {{"route", "onLeave"}, {"user", name}}; }
Json refused(int code) { return {{"code", code}}; }
const Json kTaken{{"code", 500}, {"error", true}};

// The cluster as it is configured.
class Chat {
 public:
  explicit Chat(const Options& options = {}) {
    describe_chat(app_);
    cluster_.emplace(app_, SHADDOCK_SOURCE_DIR "/config", options);
  }
  Cluster* operator->() { return &*cluster_; }

  // As every client does: the gate says which connector.
  Client& come(const std::string& name) {
    Client& gate = cluster_->connect("gate-server-1", name + " at the gate");
    const Json entry = gate.request("gate.gateHandler.queryEntry", {{"uid", name}});
    gate.close();
    return cluster_->connect(entry.at("host").as_string(),
                             static_cast<int>(entry.at("port").as_integer()), name);
  }
  // Somebody who is in the room.
  Client& guest(const std::string& name, const std::string& connector) {
    Client& client = cluster_->connect(connector, name);
    CHECK(enter(client, name).find("users") != nullptr);
    return client;
  }
  // The chat server that holds the room.
  std::string home() {
    const auto& chats = cluster_->server("gate-server-1")->servers_by_type("chat");
    return shaddock::dispatch("lobby", chats).id;
  }

 private:
  shaddock::Application app_;
  std::optional<Cluster> cluster_;
};

TEST_CASE("who enters a room is told who is there, and they are told who came") {
  Chat chat;
  Client& ann = chat.come("ann");
  CHECK(enter(ann, "ann") == users({"ann"}));
  Client& bob = chat.come("bob");
  CHECK(enter(bob, "bob") == users({"ann", "bob"}));

  CHECK(ann.expect("onAdd") == came("bob"));
  bob.expect_none("onAdd", 1s);
}

TEST_CASE("a word goes to all in the room, the speaker too, or to one") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat.guest("bob", kConnectors[1]);
  Client& cat = chat.guest("cat", kConnectors[1]);

  CHECK(say(bob, "hello") == Json::object());
  for (Client* one : {&ann, &bob, &cat}) CHECK(one->expect("onChat") == words("hello", "bob"));

  CHECK(say(bob, "psst", "ann") == Json::object());
  CHECK(ann.expect("onChat") == words("psst", "bob", "ann"));
  cat.expect_none("onChat", 1s);
  CHECK(say(bob, "anybody?", "dan") == refused(500));
}

TEST_CASE("a name is taken while somebody has it, on whichever connector") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  CHECK(enter(chat->connect(kConnectors[0]), "ann") == kTaken);
  CHECK(enter(chat->connect(kConnectors[1]), "ann") == kTaken);

  ann.close();
  CHECK(enter(chat->connect(kConnectors[1]), "ann") == users({"ann"}));
}

TEST_CASE("what is not understood is refused, and nobody hears of it") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat->connect(kConnectors[0], "bob");

  CHECK(enter(bob, "a*b") == refused(500));
  CHECK(bob.request("connector.entryHandler.enter", {{"username", 7}}) == refused(400));
  CHECK(say(bob, "hello") == refused(500));  // before entering
  CHECK(ann.request("chat.chatHandler.send", {{"content", "no target"}}) == refused(400));
  CHECK(ann.request("chat.chatHandler.shout") == refused(500));
  ann.expect_none("onChat", 1s);
  CHECK(enter(bob, "bob") == users({"ann", "bob"}));
}

TEST_CASE("the others are told of one who leaves, however it happens") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat.guest("bob", kConnectors[1]);
  Client& cat = chat.guest("cat", kConnectors[1]);
  Client& dan = chat.guest("dan", kConnectors[2]);

  bob.close();
  CHECK(ann.expect("onLeave") == left("bob"));
  cat.drop();
  CHECK(ann.expect("onLeave") == left("cat"));

  dan.cut();
  ann.expect_none("onLeave", 5s);  // two heartbeats of 3 s have not passed
  CHECK(ann.expect("onLeave") == left("dan"));
}

TEST_CASE("a connector that dies takes its people along, and the others are told") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat.guest("bob", kConnectors[1]);

  chat->kill(kConnectors[1]);
  CHECK(ann.expect("onLeave") == left("bob"));
  bob.expect_closed();

  chat->expect_ready(kConnectors[1]);
  CHECK(enter(chat->connect(kConnectors[1], "bob again"), "bob") == users({"ann", "bob"}));
}

TEST_CASE("a chat server that dies comes back, and everybody is in the room as before") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat.guest("bob", kConnectors[1]);
  CHECK(ann.expect("onAdd") == came("bob"));
  chat->kill(chat.home());
  CHECK(say(ann, "hello?") == refused(521));

  chat->expect_ready(chat.home());
  CHECK(say(ann, "hello!") == Json::object());
  for (Client* one : {&ann, &bob}) {
    CHECK(one->expect("onChat") == words("hello!", "ann"));
    one->expect_none("onAdd", 1s);
    one->expect_none("onLeave", 1s);
  }
}

TEST_CASE("who leaves while the chat server is away has left when it is back") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat.guest("bob", kConnectors[1]);
  chat->kill(chat.home());
  bob.close();
  chat->expect_ready(chat.home());
  CHECK(ann.expect("onLeave") == left("bob"));
  CHECK(enter(chat->connect(kConnectors[2]), "bob") == users({"ann", "bob"}));
}

TEST_CASE(
    "a chat server that hangs for a moment loses nothing; one that hangs longer is given up") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat.guest("bob", kConnectors[1]);

  chat->freeze(chat.home());
  ann.notify("chat.chatHandler.send", {{"content", "wait"}, {"target", "*"}});
  bob.expect_none("onChat", 1s);
  chat->thaw(chat.home());
  CHECK(bob.expect("onChat") == words("wait", "ann"));

  chat->freeze(chat.home());
  CHECK(say(ann, "still there?") == refused(522));  // may have been heard, or not
}

TEST_CASE("a cut between two servers loses what is said meanwhile, and nobody") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat.guest("bob", kConnectors[1]);

  chat->cut(kConnectors[0], chat.home());
  CHECK(say(ann, "hello?") == refused(522));
  CHECK(say(ann, "hello?") == refused(521));
  CHECK(say(bob, "where is she?") == Json::object());
  bob.expect_none("onLeave", 10s);

  chat->mend(kConnectors[0], chat.home());
  chat->run_for(10s);  // they try again every few seconds
  CHECK(say(ann, "here again") == Json::object());
  CHECK(bob.expect("onChat") == words("where is she?", "bob"));
  CHECK(bob.expect("onChat") == words("here again", "ann"));
  CHECK(ann.expect("onChat") == words("here again", "ann"));
}

TEST_CASE("an operator stops a chat server and starts it again: the room goes and comes back") {
  Chat chat;
  Client& ann = chat.guest("ann", kConnectors[2]);
  Client& bob = chat.guest("bob", kConnectors[1]);
  CHECK(ann.expect("onAdd") == came("bob"));
  const std::string home = chat.home();
  chat->stop(home);
  CHECK(chat->server(home) == nullptr);
  CHECK(chat.home() != home);
  CHECK(say(ann, "where are we?") == Json::object());
  CHECK(bob.expect("onChat") == words("where are we?", "ann"));

  chat->start(home);
  CHECK(chat.home() == home);
  CHECK(say(bob, "at home") == Json::object());
  for (const char* text : {"where are we?", "at home"})
    CHECK(ann.expect("onChat").at("msg") == text);
  CHECK(bob.expect("onChat") == words("at home", "bob"));
  for (Client* one : {&ann, &bob}) {
    one->expect_none("onChat", 1s);  // nobody is there twice
    one->expect_none("onAdd", 1s);
    one->expect_none("onLeave", 1s);
  }
}

TEST_CASE("all of it in real time, on real ports") {
  Options options;
  options.time = Time::real;
  Chat chat(options);
  CHECK(chat.come("eve").connected());
  Client& ann = chat.guest("ann", kConnectors[0]);
  Client& bob = chat.guest("bob", kConnectors[1]);
  CHECK(ann.expect("onAdd") == came("bob"));
  CHECK(say(bob, "hello") == Json::object());
  CHECK(ann.expect("onChat") == words("hello", "bob"));

  bob.cut();
  CHECK(ann.expect("onLeave") == left("bob"));
  chat->kill(kConnectors[1]);
  chat->expect_ready(kConnectors[1]);
  CHECK(enter(chat->connect(kConnectors[1]), "bob") == users({"ann", "bob"}));
  CHECK(chat->address("gate-server-1").second != 3014);
}

}  // namespace
