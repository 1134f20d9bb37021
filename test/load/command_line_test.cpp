#include "load/command_line.h"

#include <doctest/doctest.h>

using namespace shaddock::load;

namespace {

ParsedOptions parse(std::vector<std::string> words) {
  return parse_options("shaddock load", words);
}

}  // namespace

TEST_CASE("A request in a closed loop is what the words say") {
  const auto parsed = parse({"request",
                             "--url",
                             "tcp://127.0.0.1:1,ws://127.0.0.1:2/x",
                             "--route",
                             "a.b.c",
                             "--body",
                             "{\"a\":1}",
                             "--expect",
                             "{\"b\":2}",
                             "--inflight",
                             "10",
                             "--clients",
                             "7",
                             "--login",
                             "x.y.z={}",
                             "--login",
                             "x.y.w={\"u\":\"{client}\"}",
                             "--pids",
                             "one:11,22",
                             "--cpus",
                             "0,1",
                             "--json",
                             "-",
                             "--quiet",
                             "--threads",
                             "2",
                             "--seconds",
                             "0.5"});
  REQUIRE_MESSAGE(parsed.options.has_value(), parsed.text);
  const Options& options = *parsed.options;
  CHECK(options.script == ScriptName::request);
  CHECK(options.urls == std::vector<std::string>{"tcp://127.0.0.1:1", "ws://127.0.0.1:2/x"});
  CHECK(options.targets.size() == 2);
  CHECK(options.targets[1].websocket);
  CHECK(options.call.route == "a.b.c");
  CHECK(options.call.body == "{\"a\":1}");
  CHECK(options.expect == "{\"b\":2}");
  CHECK(options.inflight == 10);
  CHECK_FALSE(options.open_loop());
  CHECK(options.logins.size() == 2);
  CHECK(options.logins[1].body == "{\"u\":\"{client}\"}");
  CHECK(options.pids.size() == 2);
  CHECK(options.cpus == std::vector<int>{0, 1});
  CHECK(options.json == "-");
  CHECK(options.quiet);
  CHECK(options.clients == 7);
  CHECK(options.threads == 2);
  CHECK(options.seconds == 0.5);
}

TEST_CASE("What is not said has its default") {
  const auto parsed = parse({"request", "--url", "tcp://127.0.0.1:1", "--route", "a.b.c"});
  REQUIRE(parsed.options.has_value());
  CHECK(parsed.options->clients == 100);
  CHECK(parsed.options->call.body == "{}");
  CHECK_FALSE(parsed.options->expect.has_value());
  CHECK(parsed.options->inflight == 1);
  CHECK(parsed.options->warmup == 1);
  CHECK(parsed.options->seconds == 3);
  CHECK(parsed.options->drain == 2);
}

TEST_CASE("Rooms, storms and idle clients have words of their own") {
  const auto room =
      parse({"room", "--url", "tcp://127.0.0.1:1", "--say", "a.b.c={\"f\":{client},\"n\":{n}}",
             "--push", "onSay", "--rooms", "4", "--senders", "2", "--rate", "1000", "--notify"});
  REQUIRE_MESSAGE(room.options.has_value(), room.text);
  CHECK(room.options->script == ScriptName::room);
  CHECK(room.options->push == "onSay");
  CHECK(room.options->rooms == 4);
  CHECK(room.options->senders == 2);
  CHECK(room.options->open_loop());
  CHECK(room.options->notify);

  const auto storm = parse({"storm", "--gate", "tcp://127.0.0.1:1", "--query", "gate.a.b={}"});
  REQUIRE_MESSAGE(storm.options.has_value(), storm.text);
  CHECK(storm.options->gate->address.port == 1);
  CHECK(storm.options->gate_url == "tcp://127.0.0.1:1");
  CHECK(storm.options->query.route == "gate.a.b");

  const auto idle = parse({"idle", "--url", "wss://127.0.0.1:1", "--connect-rate", "500"});
  REQUIRE_MESSAGE(idle.options.has_value(), idle.text);
  CHECK(idle.options->script == ScriptName::idle);
  CHECK(idle.options->connect_rate == 500);
}

TEST_CASE("Help is no error; what is wrong is told with exit code 2") {
  const auto help = parse({"room", "--help"});
  CHECK_FALSE(help.options.has_value());
  CHECK(help.exit_code == 0);
  CHECK(help.text.find("--push") != std::string::npos);
  CHECK(help.text.find("not checked") != std::string::npos);

  const std::vector<std::vector<std::string>> wrong{
      {},
      {"fly"},
      {"request"},
      {"request", "--route", "a.b.c"},
      {"request", "--route", "a.b.c", "--url", "http://x:1"},
      {"request", "--route", "a.b.c", "--url", "tcp://127.0.0.1:1", "--clients", "many"},
      {"request", "--route", "a.b.c", "--url", "tcp://127.0.0.1:1", "--inflight", "2", "--rate",
       "5"},
      {"request", "--route", "a.b.c", "--url", "tcp://127.0.0.1:1", "--login", "nothing"},
      {"request", "--route", "a.b.c", "--url", "tcp://127.0.0.1:1", "--pids", "a:b"},
      {"storm", "--gate", "nowhere", "--query", "a.b.c={}"},
      {"idle", "--url", "tcp://127.0.0.1:1", "--route", "a.b.c"}};
  for (const auto& words : wrong) {
    const auto parsed = parse(words);
    CAPTURE(parsed.text);
    CHECK_FALSE(parsed.options.has_value());
    CHECK(parsed.exit_code == 2);
    CHECK(parsed.text.starts_with("shaddock load: "));
  }
}
