#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;
using namespace std::chrono_literals;

namespace {

using Notes = std::shared_ptr<std::vector<std::string>>;

// Writes down what it hears; refuses a body that names it.
struct Noting final : Filter {
  Noting(std::string name, Notes notes) : name(std::move(name)), notes(std::move(notes)) {}
  void before(Request& request) override {
    const Json* refused = request.body().find("refuse");
    if (refused != nullptr && refused->as_string() == name)
      throw Error(403, "refused", {{"by", name}});
    notes->push_back(name + " before " + std::string(request.route()) +
                     (request.is_notify() ? " notify" : ""));
  }
  void after(Request& request, int code) override {
    notes->push_back(name + " after " + std::to_string(code));
    if (request.body().find("breakAfter") != nullptr) throw std::runtime_error("in after");
  }
  std::string name;
  Notes notes;
};

FilterFactory noting(std::string name, Notes notes) {
  return [name, notes](Server&) { return std::make_unique<Noting>(name, notes); };
}

struct Filtered : Town {
  explicit Filtered(Configure configure = {}) {
    type("connector").handler("h").on("f", [](FrontendSession&, const Json&) { return 1; });
    type("chat")
        .handler("h")
        .on("now", [](BackendSession&, const Json&) { return 1; })
        .on("throws", [](BackendSession&, const Json&) -> Json { throw Error(409, "no"); })
        .on("keep", [this](BackendSession&, const Json&, Reply<Json> reply) {
          kept.push_back(std::move(reply));
        });
    frontend("connector-1", "connector");
    backend("chat-1", "chat");
    if (!configure) {
      configure = [notes = notes](const ServerInfo& info, Settings& settings) {
        for (const char* name : {"1", "2"}) {
          settings.filters.push_back(noting(info.type + name, notes));
          settings.global_filters.push_back(noting("global" + std::string(name), notes));
        }
      };
    }
    start(configure);
  }
  ~Filtered() { kept.clear(); }
  std::vector<std::string> take() { return std::exchange(*notes, {}); }

  Notes notes = std::make_shared<std::vector<std::string>>();
  std::vector<Reply<Json>> kept;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("filters run before in order and after in reverse, global ones around all") {
  Filtered town;
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "chat.h.now") == "1");
  CHECK(town.take() == Lines{"global1 before chat.h.now", "global2 before chat.h.now",
                             "chat1 before chat.h.now", "chat2 before chat.h.now",
                             "chat2 after 200", "chat1 after 200", "global2 after 200",
                             "global1 after 200"});
  CHECK(town.ask(client, "connector.h.f") == "1");
  CHECK(town.take() == Lines{"global1 before connector.h.f", "global2 before connector.h.f",
                             "connector1 before connector.h.f", "connector2 before connector.h.f",
                             "connector2 after 200", "connector1 after 200", "global2 after 200",
                             "global1 after 200"});
}

TEST_CASE(
    "a filter that throws answers in the handler's place; only those that passed hear the end") {
  Filtered town;
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "chat.h.now", R"({"refuse":"chat2"})") == R"({"code":403,"by":"chat2"})");
  CHECK(town.take() == Lines{"global1 before chat.h.now", "global2 before chat.h.now",
                             "chat1 before chat.h.now", "chat1 after 403", "global2 after 403",
                             "global1 after 403"});
  CHECK(town.ask(client, "chat.h.now", R"({"refuse":"global2"})") ==
        R"({"code":403,"by":"global2"})");
  CHECK(town.take() == Lines{"global1 before chat.h.now", "global1 after 403"});
  client.notify("chat.h.now", R"({"refuse":"global1"})");
  town.settle();
  CHECK(town.take().empty());
  CHECK(client.count("answer") == 2);
}

TEST_CASE("the end of a request is told once, with its code, when it comes") {
  Filtered town;
  TestClient& client = town.join("connector-1");
  town.ask(client, "chat.h.throws");
  CHECK(town.take().back() == "global1 after 409");
  town.ask(client, "chat.h.none");
  CHECK(town.take() == Lines{"global1 before chat.h.none", "global2 before chat.h.none",
                             "global2 after 500", "global1 after 500"});
  client.request("chat.h.keep");
  town.settle();
  CHECK(town.take().size() == 4);
  town.kept[0](Json(1));
  town.settle();
  CHECK(town.take() ==
        Lines{"chat2 after 200", "chat1 after 200", "global2 after 200", "global1 after 200"});
  client.request("chat.h.keep");
  town.pass(11'000);
  CHECK(town.take().back() == "global1 after 504");
  town.kept[1](Json(1));
  town.settle();
  CHECK(town.take() == Lines{"chat2 after 200", "chat1 after 200"});
}

TEST_CASE("filters hear the end of notifies, and of requests whose client has gone") {
  Filtered town;
  TestClient& client = town.join("connector-1");
  client.notify("chat.h.now");
  town.settle();
  auto lines = town.take();
  std::sort(lines.begin(), lines.end());
  CHECK(lines == Lines{"chat1 after 200", "chat1 before chat.h.now notify", "chat2 after 200",
                       "chat2 before chat.h.now notify", "global1 after 200",
                       "global1 before chat.h.now notify", "global2 after 200",
                       "global2 before chat.h.now notify"});
  client.notify("connector.h.f");
  client.notify("nobody.h.f");
  town.settle();
  lines = town.take();
  CHECK(std::count(lines.begin(), lines.end(), "global1 after 200") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "global1 after 500") == 1);
  client.request("chat.h.keep");
  town.settle();
  town.hang_up(client);
  town.take();
  town.kept[0](Json(1));
  town.settle();
  CHECK(town.take().back() == "global1 after 200");
}

TEST_CASE("what after() throws is its own mistake") {
  Filtered town;
  TestClient& client = town.join("connector-1");
  CHECK(town.ask(client, "chat.h.now", R"({"breakAfter":1})") == "1");
  CHECK(town.take().size() == 8);
}

TEST_CASE("the timeout filter logs requests that take long, once, and no others") {
  Filtered town([](const ServerInfo& info, Settings& settings) {
    if (info.type == "chat") settings.filters.push_back(filters::timeout(3s));
    if (info.frontend) settings.global_filters.push_back(filters::timeout(3s));
  });
  TestClient& client = town.join("connector-1");
  client.request("chat.h.keep");
  for (int i = 0; i < 10; ++i) {
    town.ask(client, "chat.h.now");
    client.notify("chat.h.now");
    town.pass(200);
  }
  town.pass(900);
  for (const char* id : {"chat-1", "connector-1"})
    CHECK(town.log(id).count("request takes long") == 0);
  town.pass(200);
  for (const char* id : {"chat-1", "connector-1"})
    CHECK(town.log(id).count("request takes long") == 1);
  town.kept[0](Json(1));
  town.pass(20'000);
  for (const char* id : {"chat-1", "connector-1"})
    CHECK(town.log(id).count("request takes long") == 1);
}

TEST_CASE("the time filter logs each request with code and time") {
  Filtered town(
      [](const ServerInfo&, Settings& settings) { settings.filters.push_back(filters::time()); });
  TestClient& client = town.join("connector-1");
  client.request("chat.h.keep");
  town.pass(70);
  town.kept[0](Json(1));
  town.settle();
  CHECK(town.log("chat-1").count("route=chat.h.keep code=200 ms=70") == 1);
}
