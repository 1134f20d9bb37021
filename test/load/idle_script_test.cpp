#include "load/idle_script.h"

#include <doctest/doctest.h>

#include "load/game_server.h"
#include "load/short_run.h"

using namespace shaddock::load;

TEST_CASE("Idle clients are held, logged in, and counted once") {
  GameServer server;
  const auto result =
      short_run({"idle", "--url", server.url() + "," + server.url("ws"), "--clients", "40",
                 "--threads", "2", "--login", R"(enter={"room":"{room}"})"});
  CHECK_MESSAGE(result.good(), texts_of(result));
  CHECK(result.total.count == 40);
  CHECK(server.connections() == 40);
  CHECK(result.total.latency.count() == 0);
}

TEST_CASE("Idle clients answer heartbeats") {
  GameServer server({.sys = R"("heartbeat":1)"});
  const auto result = short_run({"idle", "--url", server.url(), "--clients", "3"}, 1.3);
  CHECK(result.good());
  CHECK(server.heartbeats() >= 3);
  CHECK(result.series.size() == 2);
  CHECK(result.total.count == 3);
}

TEST_CASE("Who cannot connect, is refused or thrown out is an error and not counted") {
  GameServer refusing({.refuses = true});
  const auto refused = short_run({"idle", "--url", refusing.url(), "--clients", "3"});
  CHECK(refused.total.errors == 3);
  CHECK(refused.total.count == 0);
  CHECK(texts_of(refused).find("handshake refused") != std::string::npos);

  int port = 0;
  {
    GameServer gone;
    port = gone.port();
  }
  const auto nobody =
      short_run({"idle", "--url", "tcp://127.0.0.1:" + std::to_string(port), "--clients", "3"});
  CHECK(nobody.total.errors == 3);
  CHECK(texts_of(nobody).find("connection refused") != std::string::npos);
  CHECK_FALSE(nobody.good());
}

TEST_CASE("A pace of connecting is kept, and all come") {
  GameServer server;
  const auto result =
      short_run({"idle", "--url", server.url(), "--clients", "30", "--connect-rate", "300"});
  CHECK(result.good());
  CHECK(server.connections() == 30);
}
