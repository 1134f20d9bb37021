#include <shaddock/shaddock.h>

#include <chrono>
#include <string>
#include <vector>

// A connector and a mill, which burns time, pushes much, or falls ill, as it is told. Environments:
//
//   overload  a heartbeat each second
//   breaker   a request has a second
//   storm     8 MiB may wait for all clients together; "chatter" may be dropped, of "state" the
//             newest is enough, "word" is kept
//   memory    as much as it likes may wait for a client, but the connector has 96 MiB

namespace {

using namespace std::chrono_literals;
using shaddock::BackendSession;
using shaddock::FrontendSession;
using shaddock::Json;
using shaddock::Settings;
using Clock = std::chrono::steady_clock;

struct Time {
  int us = 0;
  static void fields(auto& m, auto&& f) { f("us", m.us); }
};

struct Ring {
  std::vector<std::string> routes;  // each of which is pushed
  int size = 0, per_second = 0, ms = 0;
  static void fields(auto& m, auto&& f) {
    f("routes", m.routes);
    f("size", m.size);
    f("perSecond", m.per_second);
    f("ms", m.ms);
  }
};

class HallHandler {
 public:
  explicit HallHandler(shaddock::Server& server) : server_(server) {}

  Json echo(FrontendSession&, const Json& body) { return body; }
  Json counts(FrontendSession&, const Json&) {
    Json all = Json::object();
    for (const auto& [name, value] : server_.counters()) all.set(name, value);
    return all;
  }

 private:
  shaddock::Server& server_;
};

class WorkHandler {
 public:
  explicit WorkHandler(shaddock::Server& server) : server_(server) {}

  Json burn(BackendSession&, const Time& time) {
    const auto until = Clock::now() + std::chrono::microseconds(time.us);
    while (Clock::now() < until) {
    }
    return Json::object();
  }
  // From now on nothing is answered for so long.
  Json fall_ill(BackendSession&, const Time& time) {
    ill_until_ = Clock::now() + std::chrono::microseconds(time.us);
    return Json::object();
  }
  void grind(BackendSession&, const Json&, shaddock::Reply<Json> reply) {
    if (Clock::now() < ill_until_) return held_.push_back(std::move(reply));
    reply(Json::object());
  }
  Json join(BackendSession& session, const Json&) {
    server_.channels().open("room").add(session);
    return Json::object();
  }
  // Pushes numbered messages to the room, on time on average; answers how many.
  shaddock::Task<Json> ring(BackendSession&, const Ring& ring) {
    const auto since = server_.now();
    const std::string filler(static_cast<std::size_t>(ring.size), 'w');
    int pushed = 0;
    for (auto passed = 0ns; passed < std::chrono::milliseconds(ring.ms);
         passed = server_.now() - since) {
      const auto due = passed * ring.per_second / 1s;
      for (; pushed < due; ++pushed) push(ring.routes, pushed, filler);
      auto a_moment = server_.sleep(1ms);
      co_await a_moment;
    }
    co_return Json({{"pushed", pushed}});
  }

 private:
  void push(const std::vector<std::string>& routes, int number, const std::string& filler) {
    const Json words{{"n", number}, {"text", filler}};
    for (const std::string& route : routes) server_.channels().open("room").push(route, words);
  }

  shaddock::Server& server_;
  Clock::time_point ill_until_{};
  std::vector<shaddock::Reply<Json>> held_;
};

void be_stormy(Settings& s) {
  using WhenSlow = Settings::Connector::WhenSlow;
  s.connector.limits.queued_all = 8 * 1024 * 1024;
  s.connector.when_slow = {{"chatter", WhenSlow::drop}, {"state", WhenSlow::keep_latest}};
}

void be_forgetful(Settings& s) {
  s.connector.limits.queued = s.connector.limits.queued_all = 0;
  s.connector.limits.write_stall = 0ms;
  s.connector.limits.memory = 96 << 20;
}

}  // namespace

int main(int argc, char** argv) {
  shaddock::Application app;
  app.configure("all", "connector", [](Settings& s) {
    s.connector.heartbeat = 1s;
    s.connector.heartbeat_timeout = 60s;
    s.connector.limits.messages_per_second = 0;
    s.deadlines.request = 60s;
  });
  app.configure("breaker", "connector", [](Settings& s) { s.deadlines.request = 1s; });
  app.configure("storm", "connector", be_stormy);
  app.configure("memory", "connector", be_forgetful);
  app.server("connector")
      .handler<HallHandler>("hall")
      .on<&HallHandler::echo>("echo")
      .on<&HallHandler::counts>("counts");
  app.server("mill")
      .handler<WorkHandler>("work")
      .on<&WorkHandler::burn>("burn")
      .on<&WorkHandler::fall_ill>("fallIll")
      .on<&WorkHandler::grind>("grind")
      .on<&WorkHandler::join>("join")
      .on<&WorkHandler::ring>("ring");
  return app.run(argc, argv);
}
