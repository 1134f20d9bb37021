#include "load/client.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "load/game_server.h"

using namespace shaddock;
using namespace shaddock::load;

namespace {

// One client, and what it tells its owner.
struct Story final : ClientOwner {
  Story(const GameServer& server, const std::vector<Call>& logins) : plan(logins) {
    plan.most_waiting = 2;
    target = parse_target(server.url()).unwrap();
  }
  void run() {
    client = std::make_unique<Client>(place, plan, Numbers{7, 3, 0}, target, "", *this);
    place.loop().run();
  }

  Place place;
  Plan plan;
  Target target;
  MessageTemplate echo{{"echo", R"({"c":{client},"n":{n}})"}, protocol::MessageType::request};
  std::vector<std::string> log;
  bool closes = false;
  std::unique_ptr<Client> client;

 private:
  void on_ready(Client& c) override {
    log.push_back("ready");
    if (closes) return c.close();
    CHECK(c.request(echo, 5, 1000));
    CHECK(c.request(echo, 6, 2000));
    CHECK(c.waiting().full());
  }
  void on_answer(Client&, const Waiting& asked, std::string_view body) override {
    log.push_back(std::to_string(asked.n) + ' ' + std::to_string(asked.since) + ' ' +
                  std::string(body));
    if (asked.n == 6) place.loop().stop();
  }
  void on_logged_in(Client&, const Json& answer) override { log.push_back(answer.dump()); }
  void on_end(Client&, const std::string& why) override {
    log.push_back("end: " + why);
    place.loop().stop();
  }
};

}  // namespace

TEST_CASE("A client logs in step by step, then asks and is answered") {
  GameServer server;
  Story story(server, {{"enter", R"({"room":"{room}"})"}, {"echo", R"({"uid":"{client}"})"}});
  story.run();
  CHECK(story.log == std::vector<std::string>{R"({"code":200,"uid":"7"})", "ready",
                                              R"(5 1000 {"code":200,"c":7,"n":5})",
                                              R"(6 2000 {"code":200,"c":7,"n":6})"});
  CHECK(story.place.counters.messages_sent == 4);
  CHECK(story.place.counters.messages_received == 4);
  CHECK(story.client->waiting().waiting() == 0);
}

TEST_CASE("A login that fails ends the client before it is ready") {
  GameServer server;
  Story story(server, {{"fail", "{}"}});
  story.run();
  CHECK(story.log == std::vector<std::string>{R"(end: fail answered {"code":500})"});
}

TEST_CASE("A login that takes too long ends the client") {
  GameServer server;
  Story story(server, {{"silent", "{}"}});
  story.plan.ready_limit = net::Duration(20);
  story.run();
  CHECK(story.log == std::vector<std::string>{"end: not ready in time"});
}

TEST_CASE("A client that closes itself says nothing of a reason") {
  GameServer server;
  Story story(server, {});
  story.closes = true;
  story.run();
  CHECK(story.log == std::vector<std::string>{"ready", "end: "});
}

TEST_CASE("A body that the server's schema refuses ends the client") {
  GameServer server({.sys = R"("useProto":true,"protos":{"server":{},"client":
      {"echo":{"a":{"option":"required","type":"uInt32","tag":1}}}})"});
  Story story(server, {{"echo", R"({"a":"text"})"}});
  story.run();
  REQUIRE(story.log.size() == 1);
  CHECK(story.log[0].find("does not fit") != std::string::npos);
}
