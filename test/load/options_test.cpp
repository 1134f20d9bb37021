#include "load/options.h"

#include <doctest/doctest.h>

using namespace shaddock::load;

namespace {

Options request() {
  Options options;
  options.call = {"a.b.c", "{}"};
  options.targets = {{{"127.0.0.1", 3010}, false, false, "/"}};
  return options;
}

Options room() {
  Options options = request();
  options.script = ScriptName::room;
  options.call = {"a.b.c", R"({"from":{client},"n":{n}})"};
  options.push = "onSay";
  return options;
}

Options storm() {
  Options options = request();
  options.script = ScriptName::storm;
  options.gate = options.targets[0];
  options.query = {"gate.a.b", "{}"};
  return options;
}

template <class Change>
std::string problem_with(Options options, Change change) {
  change(options);
  return problem_of(options);
}

}  // namespace

TEST_CASE("Options that fit together have no problem") {
  CHECK(problem_of(request()).empty());
  CHECK(problem_of(room()).empty());
  CHECK(problem_of(storm()).empty());
  CHECK(problem_with(storm(), [](Options& o) { o.targets.clear(); }).empty());
}

TEST_CASE("Numbers out of their range are told by the name of the option") {
  const auto told = [](auto change, std::string_view name) {
    CHECK(problem_with(request(), change).find(name) != std::string::npos);
  };
  told([](Options& o) { o.clients = 0; }, "--clients");
  told([](Options& o) { o.threads = 0; }, "--threads");
  told([](Options& o) { o.threads = 101; }, "--threads");
  told([](Options& o) { o.seconds = 0; }, "--seconds");
  told([](Options& o) { o.warmup = -1; }, "--warmup");
  told([](Options& o) { o.inflight = 0; }, "--inflight");
  told([](Options& o) { o.inflight = 5000; }, "--inflight");
  told([](Options& o) { o.rate = -1; }, "rates");
  told([](Options& o) { o.source_addresses = 251; }, "--source-addresses");
  told([](Options& o) { o.targets.clear(); }, "--url");
  told([](Options& o) { o.call.route = std::string(256, 'x'); }, "--route");
  told([](Options& o) { o.logins.push_back({"", "{}"}); }, "--login");
}

TEST_CASE("A room needs to know who said what") {
  const auto told = [](auto change, std::string_view what) {
    CHECK(problem_with(room(), change).find(what) != std::string::npos);
  };
  told([](Options& o) { o.call.body = R"({"n":{n}})"; }, "{client}");
  told([](Options& o) { o.call.body = R"({"from":{client}})"; }, "{n}");
  told([](Options& o) { o.push.clear(); }, "--push");
  told([](Options& o) { o.rooms = 101; }, "--rooms");
  told([](Options& o) { o.clients = 20'000; }, "--senders");
  CHECK(problem_with(room(), [](Options& o) { o.clients = 20'000, o.senders = 5; }).empty());
}

TEST_CASE("A gate and its question go together") {
  CHECK_FALSE(problem_with(storm(), [](Options& o) { o.query = {}; }).empty());
  CHECK_FALSE(problem_with(storm(), [](Options& o) { o.gate.reset(); }).empty());
  CHECK_FALSE(problem_with(storm(), [](Options& o) {
                o.gate.reset(), o.query = {}, o.targets.clear();
              }).empty());
}

TEST_CASE("All members of a room talk unless it is said how many") {
  Options options = room();
  options.clients = 10;
  options.rooms = 3;
  CHECK(options.senders_per_room() == 4);
  options.senders = 2;
  CHECK(options.senders_per_room() == 2);
  options.senders = 9;
  CHECK(options.senders_per_room() == 4);
}

TEST_CASE("Clients on loopback come from as many addresses as they need, and only there") {
  Options options = request();
  CHECK(options.sources() == 0);
  options.clients = 20'001;
  CHECK(options.sources() == 2);
  options.source_addresses = 5;
  CHECK(options.sources() == 5);
  options.targets.push_back({{"192.0.2.1", 80}, false, false, "/"});
  CHECK(options.sources() == 0);
  CHECK(storm().sources() > 1);
}

TEST_CASE("A call is a route and a body") {
  const auto call = parse_call(R"(a.b.c={"x":"="})");
  REQUIRE(call.has_value());
  CHECK(call->route == "a.b.c");
  CHECK(call->body == R"({"x":"="})");
  CHECK_FALSE(parse_call("a.b.c").has_value());
  CHECK_FALSE(parse_call("={}").has_value());
}

TEST_CASE("A server is named by its pid, or by a name before it") {
  const auto named = parse_pid("connector-server-1:123");
  REQUIRE(named.has_value());
  CHECK(named->name == "connector-server-1");
  CHECK(named->pid == 123);
  const auto plain = parse_pid("77");
  REQUIRE(plain.has_value());
  CHECK(plain->name == "77");
  CHECK(plain->pid == 77);
  for (const char* text : {"", "a:", ":5", "a:b", "a:0", "-3", "a:5x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_pid(text).has_value());
  }
}
