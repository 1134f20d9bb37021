#include "load/room_script.h"

#include <doctest/doctest.h>

#include "load/game_server.h"
#include "load/short_run.h"

using namespace shaddock::load;

namespace {

constexpr const char* kBody = R"({"from":{client},"n":{n},"msg":"x"})";

std::vector<std::string> room(const GameServer& server, const std::string& say,
                              const std::string& body, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"room",
                                 "--url",
                                 server.url(),
                                 "--clients",
                                 "12",
                                 "--rooms",
                                 "3",
                                 "--login",
                                 R"(enter={"room":"{room}"})",
                                 "--say",
                                 say + "=" + body,
                                 "--push",
                                 "onSay"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("Everyone in a room hears all that is said in it, once") {
  GameServer server;
  const auto result = short_run(room(server, "say", kBody));
  CHECK_MESSAGE(result.good(), texts_of(result));
  CHECK(result.total.count > 0);
  CHECK(result.total.latency.count() == result.total.count);
  CHECK(result.rooms == 3);
  CHECK(result.senders == 4);
}

TEST_CASE(
    "The same at a fixed rate, with several in flight, by notifications and in several loops") {
  GameServer server;
  for (const std::vector<std::string>& more : {std::vector<std::string>{"--rate", "500"},
                                               {"--inflight", "5"},
                                               {"--notify"},
                                               {"--threads", "3"},
                                               {"--senders", "1"},
                                               {"--notify", "--rate", "500", "--threads", "2"}}) {
    const auto result = short_run(room(server, "say", kBody, more));
    CAPTURE(more[0]);
    CHECK_MESSAGE(result.good(), texts_of(result));
    CHECK(result.total.count > 0);
  }
}

TEST_CASE("Members of what is heard may come in another order") {
  // Sent as written, with blanks; so what is heard is not what the template writes.
  GameServer server;
  const auto result = short_run(room(server, "say", R"({ "n" : {n}, "who" : "{client}" })"));
  CHECK_MESSAGE(result.good(), texts_of(result));
}

TEST_CASE("What is not heard is lost") {
  GameServer server;
  const auto result =
      short_run(room(server, "say_lossy", kBody, {"--rate", "500", "--drain", "0.05"}));
  CHECK(result.total.count > 0);
  CHECK(result.total.lost > 0);
  CHECK(result.total.lost % 4 == 0);  // by all of the room
  CHECK(result.total.doubled == 0);
  CHECK_FALSE(result.good());
}

TEST_CASE("What is heard twice is doubled") {
  GameServer server;
  const auto result = short_run(room(server, "say_twice", kBody));
  CHECK(result.total.doubled > 0);
  CHECK(result.total.lost == 0);
  CHECK_FALSE(result.good());
}

TEST_CASE("What nobody said, or someone elsewhere, is wrong") {
  GameServer server;
  // All rooms are one: so members hear what other rooms say.
  auto words = room(server, "say", kBody);
  words[8] = R"(enter={"room":"0"})";
  CHECK(short_run(words).total.wrong > 0);
  // Numbers that are not those of the message.
  auto other = room(server, "say", R"({"from":1{client},"n":{n}})");
  CHECK(short_run(other).good());
}

TEST_CASE("What is heard may be written otherwise than what is said") {
  GameServer server;
  auto words = room(server, "say_shouted", R"({"content":"{client} {n}"})",
                    {"--heard", R"({"msg":"{client} {n}!","from":"someone"})"});
  const auto result = short_run(words);
  CHECK_MESSAGE(result.good(), texts_of(result));
  CHECK(result.total.count > 0);
}
