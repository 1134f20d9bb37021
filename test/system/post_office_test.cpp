#include <doctest/doctest.h>

#include "client/client.h"
#include "system/chat_cluster.h"

namespace shaddock::system_test {
namespace {

using net::Isolation;
using Letters = std::vector<std::string>;

Json json(const char* text) {
  auto parsed = parse_json(text);
  REQUIRE(parsed);
  return std::move(parsed).value();
}

ChatCluster::Program post_office() {
  return {POST_OFFICE_PROGRAM, json(R"({"development": {"office": [
            {"id": "office-a", "host": "127.0.0.1", "port": 4050, "clientPort": 3050, "frontend": true},
            {"id": "office-b", "host": "127.0.0.1", "port": 4051, "clientPort": 3051, "frontend": true}]}})"),
          json(R"({"development": {"id": "master", "host": "127.0.0.1", "port": 3005}})")};
}

// Somebody at an office, and what he was sent.
struct Customer {
  Customer(ChatCluster& cluster, int port, const std::string& uid)
      : cluster(cluster), client(cluster.host()) {
    client.on_open([this, uid] { ask("enter", {{"uid", uid}}); });
    client.on_push([this](std::string_view route, const Json& body) {
      letters.push_back(std::string(route) + ' ' + body.at("text").as_string());
    });
    client.connect({"127.0.0.1", cluster.port(port)});
    REQUIRE(cluster.until([this] { return code == 200; }));
  }
  void ask(const std::string& method, Json what) {
    for (const char* key : {"office", "uid", "text"})
      if (what.find(key) == nullptr) what.set(key, "");
    what.set("session", 0);
    code = 0;
    client.request("office.post." + method, what, [this](client::Answer a) { code = a.code; });
  }
  // The code of the answer.
  int send(const std::string& method, const char* office, const char* uid, const char* text) {
    ask(method, {{"office", office}, {"uid", uid}, {"text", text}});
    cluster.until([this] { return code != 0; });
    return code;
  }

  ChatCluster& cluster;
  client::Client client;
  Letters letters;
  int code = 0;
};

TEST_CASE("a server finds another by id, calls it, and that one writes to a session by its key") {
  for (const Isolation isolation : {Isolation::process, Isolation::thread, Isolation::none}) {
    CAPTURE(net::to_string(isolation));
    ChatCluster cluster("development", post_office(), isolation);
    cluster.start();
    CHECK(cluster.processes().size() == (isolation == Isolation::process ? 3 : 1));
    Customer ann(cluster, 3050, "ann"), ben(cluster, 3051, "ben"), bob(cluster, 3051, "bob");

    CHECK(ann.send("send", "office-b", "ben", "hello") == 200);
    CHECK(ann.send("sendBySession", "office-b", "bob", "you") == 200);
    CHECK(ben.send("send", "office-a", "ann", "and back") == 200);
    CHECK(ben.send("send", "office-b", "ben", "to myself") == 200);
    // Unknown keys: nothing happens. What comes last tells that nothing is on its way.
    CHECK(ann.send("send", "office-b", "nobody", "lost") == 200);
    CHECK(ann.send("send", "office-b", "ann", "lost, ann is at the other office") == 200);
    CHECK(ann.send("sendBySession", "office-b", "nobody", "lost") == 200);
    CHECK(ann.send("send", "office-c", "ben", "lost") == 500);
    for (const char* uid : {"ben", "bob"}) CHECK(ann.send("send", "office-b", uid, "end") == 200);
    CHECK(ben.send("send", "office-a", "ann", "end") == 200);

    CHECK(cluster.until(
        [&] { return ann.letters.size() + ben.letters.size() + bob.letters.size() == 7; }));
    CHECK(ann.letters == Letters{"onLetter and back", "onLetter end"});
    CHECK(ben.letters == Letters{"onLetter hello", "onLetter to myself", "onLetter end"});
    CHECK(bob.letters == Letters{"onLetter you", "onLetter end"});
    cluster.stop();
    CHECK(cluster.complaints() == "");
  }
}

}  // namespace
}  // namespace shaddock::system_test
