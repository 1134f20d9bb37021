#include "load/run.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "load/game_server.h"
#include "load/short_run.h"

using namespace shaddock::load;

TEST_CASE("A run tells what servers and machine used") {
  GameServer server;
  const auto result =
      short_run({"request", "--url", server.url(), "--route", "echo", "--pids",
                 "me:" + std::to_string(::getpid()), "--cpus", "0", "--clients", "2"});
  REQUIRE(result.servers.size() == 1);
  CHECK(result.servers[0].name == "me");
  CHECK_FALSE(result.servers[0].gone);
  CHECK(result.servers[0].rss_bytes > 0);
  CHECK_FALSE(result.servers[0].bytes_per_connection.has_value());
  CHECK(result.per_cpu_second().has_value());
  CHECK(result.stolen.has_value());
  CHECK(result.load_cpu_seconds > 0);
}

TEST_CASE("Idle connections are told by what they cost each server") {
  GameServer server;
  const auto result = short_run({"idle", "--url", server.url(), "--pids",
                                 "me:" + std::to_string(::getpid()), "--clients", "50"});
  REQUIRE(result.servers.size() == 1);
  CHECK(result.servers[0].bytes_per_connection.has_value());
}

TEST_CASE("What comes before the window is not counted, but faults are") {
  GameServer server;
  Options options;
  options.call = {"fail", "{}"};
  options.targets = {*parse_target(server.url())};
  options.clients = 1;
  options.warmup = 0.1;
  options.seconds = 0.05;
  std::vector<std::string> notes;
  int seconds = 0;
  const auto result = Run(options, {[&](const std::string& note) { notes.push_back(note); },
                                    [&](const Second&) { ++seconds; }})
                          .run();
  CHECK(result.total.wrong > result.total.count);
  CHECK(result.total.count == result.total.latency.count());
  CHECK(seconds == 1);
  REQUIRE_FALSE(notes.empty());
  CHECK(notes.back() == "warming up");
}

TEST_CASE("A run in which nobody is ready ends at once") {
  GameServer server({.refuses = true});
  const auto result =
      short_run({"request", "--url", server.url(), "--route", "echo", "--clients", "2"}, 600);
  CHECK(result.seconds == 0);
  CHECK(result.series.empty());
  CHECK(result.total.errors == 2);
}

TEST_CASE("A run that loses some of its clients goes on with the others") {
  GameServer good;
  GameServer refusing({.refuses = true});
  const auto result = short_run(
      {"request", "--url", good.url() + "," + refusing.url(), "--route", "echo", "--clients", "4"});
  CHECK(result.total.errors == 2);
  CHECK(result.total.count > 0);
  CHECK(result.total.unanswered == 0);
}
