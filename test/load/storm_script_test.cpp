#include "load/storm_script.h"

#include <doctest/doctest.h>

#include "load/game_server.h"
#include "load/short_run.h"

using namespace shaddock::load;

namespace {

const std::string kLogin = R"(enter={"room":"{room}","uid":"{client}"})";

}  // namespace

TEST_CASE("Logins come one after the other, and every one is another client") {
  GameServer server;
  const auto result =
      short_run({"storm", "--url", server.url(), "--login", kLogin, "--clients", "4"});
  CHECK_MESSAGE(result.good(), texts_of(result));
  CHECK(result.total.count > 4);
  CHECK(result.total.latency.count() == result.total.count);
  CHECK(server.connections() >= static_cast<int>(result.total.count));
  CHECK(result.counted == "logins");
}

TEST_CASE("A gate is asked first, and its answer is where the login goes") {
  GameServer gate, server;
  // This gate sends everyone to itself.
  const auto one = short_run(
      {"storm", "--gate", gate.url(), "--query", "gate={}", "--login", kLogin, "--clients", "2"});
  CHECK_MESSAGE(one.good(), texts_of(one));
  CHECK(gate.connections() >= 2 * static_cast<int>(one.total.count));
  CHECK(server.connections() == 0);
  // A URL goes before the answer; WebSocket and TCP may be mixed.
  const auto two = short_run({"storm", "--gate", gate.url("ws"), "--query", "gate={}", "--url",
                              server.url(), "--login", kLogin, "--clients", "2", "--threads", "2"});
  CHECK_MESSAGE(two.good(), texts_of(two));
  CHECK(server.connections() >= static_cast<int>(two.total.count));
}

TEST_CASE("A gate that does not say where, and a login that is refused, are errors") {
  GameServer server;
  const auto gate = short_run(
      {"storm", "--gate", server.url(), "--query", R"(enter={"room":"1"})", "--clients", "1"});
  CHECK(gate.total.count == 0);
  CHECK(texts_of(gate).find("no host and port") != std::string::npos);
  const auto login =
      short_run({"storm", "--url", server.url(), "--login", "fail={}", "--clients", "1"});
  CHECK(login.total.count == 0);
  CHECK(login.total.errors > 0);
  CHECK(texts_of(login).find("fail answered {\"code\":500}") != std::string::npos);
}

TEST_CASE("A pace holds logins back") {
  GameServer server;
  const auto result = short_run({"storm", "--url", server.url(), "--login", kLogin,
                                 "--connect-rate", "100", "--clients", "10", "--drain", "1"});
  CHECK_MESSAGE(result.good(), texts_of(result));
  CHECK(server.connections() < 60);
}

TEST_CASE("A login that never ends is unanswered") {
  GameServer server;
  const auto result = short_run({"storm", "--url", server.url(), "--login", "silent={}",
                                 "--clients", "3", "--drain", "0.01"});
  CHECK(result.total.unanswered == 3);
  CHECK(result.total.count == 0);
}
