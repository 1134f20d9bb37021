#include <doctest/doctest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bench/micro/counting_malloc.h"
#include "bench/micro/plain_client.h"
#include "bench/micro/small_cluster.h"

// In steady state a message costs no allocation: neither on the server that its client is connected
// to, nor on the one that handles it. What costs some says how many, and may not cost more. For
// each case the program prints the number and, where it is not 0, the stacks.
namespace shaddock::micro {
namespace {

constexpr std::uint32_t kInFlight = 10;
constexpr int kWarmUp = 200, kRounds = 1000;
// Of a message: of twenty batches one may need a buffer that is larger than those before it.
constexpr double kNone = 0.05;
constexpr std::size_t kCrowd = 20;

struct Number {
  int n = 0;
  static void fields(auto& m, auto&& f) { f("n", m.n); }
};

struct Text {
  std::string msg;
  static void fields(auto& m, auto&& f) { f("msg", m.msg); }
};

struct Room {
  explicit Room(Server& of) : server(of) {}
  void join(BackendSession& session, const Number&) { server.channels().open("room").add(session); }
  void say(BackendSession&, const Number& what) {
    server.channels().find("room")->push("onSay", what);
  }
  Server& server;
};

struct Doubler {
  Number twice(const Number& number) { return {number.n * 2}; }
};

struct Asker {
  explicit Asker(Server& of) : server(of) {}
  Task<Number> ask(FrontendSession& session, const Number& number) {
    auto asked = server.rpc<&Doubler::twice>(session, number);
    co_return co_await asked;
  }
  Server& server;
};

void describe_game(ServerType connector, ServerType backend) {
  connector.handler("echo")
      .on("number", [](FrontendSession&, const Number& number) { return number; })
      .on("text", [](FrontendSession&, const Text& text) { return text; })
      .on("json", [](FrontendSession&, const Json& body) { return body; })
      .on("task", [](FrontendSession&, const Number& number) -> Task<Number> { co_return number; })
      .on("login", [](FrontendSession& session, const Number&) {
        session.bind("user-of-some-length").then([](Result<void>) {});
        session.set("room", "7");
        return Number{};
      });
  connector.handler<Asker>("asker").on<&Asker::ask>("ask");
  backend.handler("echo")
      .on("number", [](BackendSession&, const Number& number) { return number; })
      .on("uid", [](BackendSession& session,
                    const Number&) { return Number{static_cast<int>(session.uid().size())}; })
      .on("notify", [](BackendSession&, const Number&) {})
      .on("text", [](BackendSession&, const Text& text) { return text; })
      .on("json", [](BackendSession&, const Json& body) { return body; });
  backend.handler<Room>("room").on<&Room::say>("say").on<&Room::join>("join");
  backend.remote<Doubler>("doubler").on<&Doubler::twice>("twice");
}

// Talks to a connector over `clients` connections, a batch of requests on each in turn.
class Trial {
 public:
  explicit Trial(const SmallCluster::Configure& configure = {}, std::size_t clients = 1)
      : cluster_(describe_game, configure, watch_this_thread) {
    for (std::size_t i = 0; i < clients; ++i) connect();
  }

  // Waits for the answer.
  std::string_view ask(PlainClient& client, std::string_view route, std::string_view body) {
    REQUIRE(client.write(PlainClient::requests(1, route, body)));
    REQUIRE(client.read(1));
    return client.last();
  }
  std::string_view ask(std::string_view route, std::string_view body) {
    return ask(*clients_.front(), route, body);
  }

  // Allocations of a request, after printing where they come from.
  double of_requests(const char* what, std::string_view route, std::string_view body) {
    const auto in_flight = static_cast<std::uint32_t>(kInFlight / clients_.size());
    const std::string batch = PlainClient::requests(in_flight, route, body);
    return measure(what, [&] {
      for (const auto& client : clients_)
        if (!client->write(batch)) return false;
      for (const auto& client : clients_)
        if (!client->read(in_flight)) return false;
      return true;
    });
  }
  double of_notifies(const char* what, std::string_view route, std::string_view body) {
    const std::string batch =
        PlainClient::notifies(kInFlight - 1, route, body) + PlainClient::requests(1, route, body);
    return measure(what, [&] { return clients_[0]->write(batch) && clients_[0]->read(1); });
  }
  // All clients are in the room, and hear what each of them says.
  double of_pushes(const char* what) {
    for (const auto& client : clients_) ask(*client, "backend.room.join", R"({"n":0})");
    const std::string batch = PlainClient::requests(kInFlight, "backend.room.say", R"({"n":7})");
    return measure(what, [&] {
      if (!clients_[0]->write(batch)) return false;
      for (const auto& client : clients_)
        if (!client->read(client == clients_[0] ? 2 * kInFlight : kInFlight)) return false;
      return true;
    });
  }

 private:
  void connect() { clients_.push_back(std::make_unique<PlainClient>(cluster_.client_port())); }
  template <class Round>
  double measure(const char* what, const Round& round) {
    for (int i = 0; i < kWarmUp; ++i) REQUIRE(round());
    bool good = true;
    start_watching();
    for (int i = 0; i < kRounds && good; ++i) good = round();
    stop_watching();
    REQUIRE(good);
    const double each = static_cast<double>(allocations()) / (kRounds * kInFlight);
    std::printf("%s: %.4f allocations a message, %zu in all\n", what, each, allocations());
    for (const AllocationSite& site : allocation_sites())
      std::printf("  %s\n", describe(site).c_str());
    return each;
  }

  SmallCluster cluster_;
  std::vector<std::unique_ptr<PlainClient>> clients_;
};

constexpr std::string_view kNumber = R"({"n":7})", kText = R"({"msg":"012345678901234567890"})";

TEST_CASE("a request that its connector handles costs no allocation") {
  Trial trial;
  CHECK(trial.of_requests("local", "connector.echo.number", kNumber) < kNone);
  CHECK(trial.ask("connector.echo.number", kNumber).ends_with(kNumber));
}

TEST_CASE("a request that goes to a backend costs no allocation on either server") {
  Trial trial;
  CHECK(trial.of_requests("routed", "backend.echo.number", kNumber) < kNone);
  CHECK(trial.ask("backend.echo.number", kNumber).ends_with(kNumber));
}

TEST_CASE("the same over many connections, one message in flight each") {
  Trial trial({}, kInFlight);
  CHECK(trial.of_requests("local, ten clients", "connector.echo.number", kNumber) < kNone);
  CHECK(trial.of_requests("routed, ten clients", "backend.echo.number", kNumber) < kNone);
}

TEST_CASE("a notify costs no allocation") {
  Trial trial;
  CHECK(trial.of_notifies("routed notify", "backend.echo.notify", kNumber) < kNone);
}

TEST_CASE("a session that is logged in costs no allocation, nor does a route function") {
  Trial trial;
  trial.ask("connector.echo.login", kNumber);
  CHECK(trial.of_requests("logged in, local", "connector.echo.number", kNumber) < kNone);
  CHECK(trial.of_requests("logged in, routed", "backend.echo.number", kNumber) < kNone);
}

TEST_CASE("a backend that looks at the settings of its session decodes them") {
  Trial trial;
  trial.ask("connector.echo.login", kNumber);
  CHECK(trial.of_requests("logged in, backend reads the uid", "backend.echo.uid", kNumber) <
        3 + kNone);
}

TEST_CASE("a string of the user's message is the user's: two for a text that is copied") {
  Trial trial;
  CHECK(trial.of_requests("local text", "connector.echo.text", kText) < 2 + kNone);
  CHECK(trial.of_requests("routed text", "backend.echo.text", kText) < 2 + kNone);
  CHECK(trial.ask("backend.echo.text", kText).ends_with(kText));
}

TEST_CASE("a message too long for the stack is copied once, where it is parsed") {
  Trial trial;
  const std::string body = R"({"pad":")" + std::string(5000, 'x') + R"(","n":7})";
  CHECK(trial.of_requests("local, 5 KB", "connector.echo.number", body) < 1 + kNone);
  CHECK(trial.of_requests("routed, 5 KB", "backend.echo.number", body) < 1 + kNone);
}

TEST_CASE("a filter for time-outs remembers each request") {
  Trial trial([](Settings& s) { s.filters.push_back(filters::timeout(std::chrono::seconds(3))); });
  CHECK(trial.of_requests("timeout filter, local", "connector.echo.number", kNumber) < 2.1 + kNone);
  CHECK(trial.of_requests("timeout filter, routed", "backend.echo.number", kNumber) < 2.1 + kNone);
}

TEST_CASE("a global filter costs a copy of the request") {
  Trial trial(
      [](Settings& s) { s.global_filters.push_back(filters::timeout(std::chrono::seconds(3))); });
  CHECK(trial.of_requests("global filter, local", "connector.echo.number", kNumber) < 5.1 + kNone);
  CHECK(trial.of_requests("global filter, routed", "backend.echo.number", kNumber) < 5.1 + kNone);
}

TEST_CASE("a handler that waits, and one that waits for another server") {
  Trial trial;
  CHECK(trial.of_requests("Task handler", "connector.echo.task", kNumber) < 4 + kNone);
  CHECK(trial.of_requests("Task handler that calls a remote", "connector.asker.ask", kNumber) <
        6 + kNone);
}

TEST_CASE("a push costs no allocation, however many members hear it") {
  Trial trial({}, kCrowd);
  CHECK(trial.of_pushes("push to 20") < kNone);
}

}  // namespace
}  // namespace shaddock::micro
