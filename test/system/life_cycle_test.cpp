#include <doctest/doctest.h>

#include "system/conversation.h"

namespace shaddock::system_test {
namespace {

TEST_CASE("people on different connectors talk in one room, in every environment") {
  for (const char* environment : {"development", "production"}) {
    CAPTURE(environment);
    ChatCluster cluster(environment);
    cluster.start();
    CHECK(cluster.processes().size() == cluster.all_processes());
    auto people = let_in(cluster, {"ann", "ben", "cat", "dan", "eve"}, "r1");
    CHECK(people[4]->seen() == std::vector<std::string>{"ann", "ben", "cat", "dan", "eve"});
    bool several = false;
    for (const auto& person : people)
      several = several || person->connector_port() != people[0]->connector_port();
    CHECK(several);

    std::vector<Person::Words> heard;
    for (const auto& person : people)
      person->on_words = [&](const Person::Words& words) { heard.push_back(words); };
    people[0]->say("hello");
    CHECK(cluster.until([&] { return heard.size() == 5; }));
    CHECK(heard.back() == Person::Words{"hello", "ann", "*"});
    people[0]->say("only you", "dan");
    CHECK(cluster.until([&] { return heard.size() == 6; }));
    CHECK(heard.back() == Person::Words{"only you", "ann", "dan"});

    std::vector<std::string> left;
    for (const auto& person : people)
      person->on_presence = [&](const std::string& what, const std::string& who) {
        left.push_back(what + ' ' + who);
      };
    people[4]->leave();
    CHECK(cluster.until([&] { return left.size() == 4; }));
    CHECK(left == std::vector<std::string>(4, "onLeave eve"));
    cluster.stop();
    CHECK(cluster.complaints() == "");
  }
}

TEST_CASE(
    "what Pomelo's chat refuses is refused: no uid, no room yet, a name twice, nobody there") {
  ChatCluster cluster;
  cluster.start();
  client::Client gate(cluster.host());
  int code = 0;
  gate.on_open([&] {
    gate.request("gate.gateHandler.queryEntry", Json::object(),
                 [&](client::Answer answer) { code = answer.code; });
  });
  gate.connect(cluster.gate());
  CHECK(cluster.until([&] { return code == 500; }));

  client::Client early(cluster.host());
  code = 0;
  early.on_open([&] {
    early.request("chat.chatHandler.send", {{"content", "x"}, {"target", "*"}},
                  [&](client::Answer answer) { code = answer.code; });
  });
  early.connect(cluster.client_address("connector-server-2"));
  CHECK(cluster.until([&] { return code == 500; }));

  auto people = let_in(cluster, {"ann"}, "r1");
  Person twice(cluster.host(), "ann", "r1");
  twice.come(cluster.gate());
  CHECK(cluster.until([&] { return twice.state() == Person::State::refused; }));
  CHECK(twice.refusal() == R"(connector: {"code":500,"error":true})");
  code = 0;
  people[0]->say("anybody?", "nobody", [&](int answered) { code = answered; });
  CHECK(cluster.until([&] { return code == 500; }));
}

TEST_CASE("list shows a header and a line for each of the eight, stop leaves nothing, twice") {
  ChatCluster cluster;
  for (int round = 0; round < 2; ++round) {
    cluster.start();
    const auto list = cluster.run({"list"});
    CHECK(std::count(list.output.begin(), list.output.end(), '\n') == 9);
    for (const char* id :
         {"gate-server-1", "connector-server-3", "chat-server-3", "master-server-1"})
      CHECK(list.says(id));
    cluster.stop();
  }
}

}  // namespace
}  // namespace shaddock::system_test
