#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "base/utf8_table.h"
#include "server/town.h"

// Bodies and routes that are not what anybody expects, and what a log says of them.

using namespace shaddock;
using namespace shaddock::server;
using namespace std::string_literals;
using protocol::PackageType;

namespace {

struct Person {
  std::string name;
  int age = 0;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("age", m.age);
  }
};

// Handlers that count how often they run.
struct Counting : Town {
  Counting() {
    type("connector")
        .handler("h")
        .on("json", [this](FrontendSession&, const Json& body) { return ++runs, body; })
        .on("person",
            [this](FrontendSession&, const Person& person) { return ++runs, Person(person); });
    type("chat").handler("h").on(
        "person", [this](BackendSession&, const Person& person) { return ++runs, Person(person); });
    frontend("connector-1", "connector");
    backend("chat-1", "chat");
    start([this](const ServerInfo&, Settings& settings) {
      settings.route(
          "chat", [this](const RouteParameter&, const ServerList& chats) -> const auto& {
            ++routed;
            return chats.front();
          });
    });
  }
  int runs = 0, routed = 0;
};

}  // namespace

TEST_CASE("T8: a body that is no object is told 400 by typed handlers here and elsewhere") {
  Counting town;
  TestClient& client = town.join("connector-1");
  for (const char* body :
       {"null", "5", "-1", "1.5", R"("s")", "[]", "[{}]", "true", "false", "{}", R"({"name":5})",
        R"({"name":null,"age":1})", R"({"name":"a","age":"1"})", R"({"name":"a","age":1.5})",
        R"({"name":"a","age":{}})", R"({"name":["a"],"age":1})", R"({"name":"a","age":1e999})",
        R"({"__proto__":{"name":"a","age":1}})", R"({"constructor":1,"__route__":"x"})"}) {
    for (const char* route : {"connector.h.person", "chat.h.person"}) {
      CAPTURE(body);
      CAPTURE(route);
      CHECK(town.ask(client, route, body) == R"({"code":400})");
    }
  }
  CHECK(town.runs == 0);
  const std::string right = R"({"name":"a","age":1})";
  CHECK(town.ask(client, "chat.h.person", right) == right);
  CHECK(town.ask(client, "connector.h.person",
                 R"({"__proto__":1,"__route__":"x","name":"a","constructor":{},"age":1})") ==
        right);
  CHECK(town.runs == 2);
}

TEST_CASE("T7: bombs and oddities of JSON end with 400 or {}, and the session lives on") {
  Counting town;
  TestClient& client = town.join("connector-1");
  const std::string deep(60'000, '[');
  std::string keys = "{";
  for (int i = 0; i < 6000; ++i) keys += "\"k" + std::to_string(i) + "\":0,";
  keys += "\"z\":0}";
  const struct {
    std::string body, answer;
  } cases[] = {
      {deep, R"({"code":400})"},
      {std::string(60'000, '{'), "{}"},
      {std::string(30'000, '[') + std::string(30'000, ']'), R"({"code":400})"},
      {keys, R"({"code":400})"},
      {"1e999", "{}"},
      {R"({"a":1e999})", "{}"},
      {R"({"a":NaN})", "{}"},
      {R"({"a":-Infinity})", "{}"},
      {R"({"a":"\ud800"})", "{}"},
      {R"({"a":01})", "{}"},
      {R"({"a":1,})", "{}"},
      {"{'a':1}", "{}"},
      {"{\"a\":\"\xff\"}", "{}"},
      {"{\"a\":\"\n\"}", "{}"},
      {"", "{}"},
      {std::string(100, ' '), "{}"},
      {"\xEF\xBB\xBF{}", "{}"},
      {"{}{}", "{}"},
      {R"({"a":1,"a":2})", R"({"a":2})"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.body.substr(0, 60));
    const std::string answer = town.ask(client, "connector.h.json", one.body);
    CHECK((answer == one.answer || answer == R"({"code":400})"));
    CHECK(town.ask(client, "connector.h.person", one.body) == R"({"code":400})");
    CHECK(town.ask(client, "connector.h.json", "1") == "1");
  }
}

TEST_CASE(
    "T9: a route that is no UTF-8 is like one that is not there, and asks no route function") {
  Counting town;
  TestClient& client = town.join("connector-1");
  const std::string unknown = town.ask(client, "connector.h.unknown");
  for (const test::Utf8Row& row : test::kUtf8Table) {
    if (row.valid()) continue;
    CAPTURE(row.what);
    for (const std::string& route :
         {"chat.h." + std::string(row.bytes), "chat." + std::string(row.bytes) + ".person",
          std::string(row.bytes) + ".h.person", "connector.h." + std::string(row.bytes)}) {
      CHECK(town.ask(client, route) == unknown);
      CHECK(client.knows("answer 1 " + unknown));
    }
  }
  CHECK(town.routed == 0);
  CHECK(town.runs == 0);
  CHECK(town.ask(client, "chat.h.person", R"({"name":"a","age":1})").starts_with(R"({"name")"));
  CHECK(town.routed == 1);
}

TEST_CASE("T18: whatever the route, what runs is a handler that was registered") {
  Counting town;
  TestClient& client = town.join("connector-1");
  std::mt19937_64 random(7);
  const std::vector<std::string> parts = {
      "connector", "chat", "h", "person",      "json",      "sys", "",  ".",
      "..",        "\0"s,  "x", "constructor", "msgRemote", "/",   "*", "prototype"};
  int good = 0;
  for (int i = 0; i < 5000 && !client.ended; ++i) {
    std::string route;
    for (std::uint64_t k = random() % 5; k-- > 0;)
      route += (route.empty() ? "" : ".") + parts[random() % parts.size()];
    if (route.find("constructor") != std::string::npos) continue;  // that kicks
    if (route == "connector.h.json" || route == "connector.h.person" || route == "chat.h.person")
      ++good;
    town.ask(client, route, R"({"name":"a","age":1})");
    if (i % 500 == 0) town.pass(1000);
  }
  CHECK(!client.ended);
  CHECK(town.runs == good);
}

TEST_CASE("T23: what clients send makes whole printable lines in the log, and few of them") {
  Counting town;
  TestClient& client = town.join("connector-1");
  std::string evil = "a\r\nb\x1b[31m\t\x7f";
  evil += '\0';
  for (int i = 0; i < 100; ++i) {
    town.ask(client, "connector.h." + evil, R"({"password":"hunter2"})");
    town.ask(client, evil + "." + evil, "hunter2");
    town.ask(client, "connector.h.person", R"({"password":"hunter2"})");
  }
  TestClient& bad = town.connect("connector-1");
  bad.send(PackageType::handshake, "{\"sys\":\"\x1b\r\nhunter2\"");
  town.settle();
  CHECK(bad.ended);
  const auto& lines = town.log("connector-1").lines();
  CHECK(lines.size() <= 40);
  for (const std::string& line : lines) {
    CAPTURE(line);
    CHECK(line.size() <= 4096);
    CHECK(line.find("hunter2") == std::string::npos);
    for (const char c : line) CHECK((c >= ' ' && c != 0x7f));
  }
}
