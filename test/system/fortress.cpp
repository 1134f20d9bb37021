#include <shaddock/shaddock.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

// A frontend, with a backend behind it, for clients of every sort, with the limits that the
// environment's name says. Those of one address are out of force for 127.0.0.1 unless it is
// `strangers` or `blocked`.
//
//   defaults   as they come
//   roomy      packages up to 16 MiB that may be as slow as they like
//   strangers  nobody is trusted
//   blocked    nobody is trusted, and 127.0.0.2 and 127.0.0.3 are refused
//   beating    a heartbeat each second
//   patient    a handshake with "wait" in its "user" is answered when the next client has come;
//              pushes of the routes keep, latest, drop and cut meet slow clients in these ways

namespace {

using namespace std::chrono_literals;
using shaddock::BackendSession;
using shaddock::FrontendSession;
using shaddock::Json;
using shaddock::Settings;
using Connector = Settings::Connector;

struct Word {
  std::string text;
  static void fields(auto& m, auto&& f) { f("text", m.text); }
};

struct Flood {
  std::string route;
  int count = 0, size = 0;
  static void fields(auto& m, auto&& f) {
    f("route", m.route);
    f("count", m.count);
    f("size", m.size);
  }
};

class HallHandler {
 public:
  explicit HallHandler(shaddock::Server& server) : server_(server) {}

  Json echo(FrontendSession&, const Json& body) { return body; }
  Word say(FrontendSession&, const Word& word) { return word; }
  shaddock::Task<Json> login(FrontendSession& session, const Word& name) {
    auto bound = session.bind(name.text);
    co_await bound;
    co_return Json({{"uid", session.uid()}});
  }
  Json logout(FrontendSession& session, const Json&) {
    session.logout();
    return Json::object();
  }
  Json address(FrontendSession& session, const Json&) {
    return {{"address", session.client_address()}};
  }
  Json flood(FrontendSession& session, const Flood& flood) {
    const shaddock::Member me{session.uid(), server_.id(), session.id()};
    const Json words{{"text", std::string(static_cast<std::size_t>(flood.size), 'w')}};
    for (int i = 0; i < flood.count; ++i)
      server_.channels().push(flood.route, words, std::span(&me, 1));
    return {{"pushed", flood.count}};
  }

 private:
  shaddock::Server& server_;
};

class RoomHandler {
 public:
  explicit RoomHandler(shaddock::Server& server) : server_(server) {}

  Json echo(BackendSession&, const Json& body) { return body; }
  shaddock::Task<Json> late(BackendSession&, const Json& body) {
    auto some_time = server_.sleep(20ms);
    co_await some_time;
    co_return body;
  }
  shaddock::Task<Json> bind(BackendSession& session, const Word& name) {
    auto bound = session.bind(name.text);
    co_await bound;
    co_return Json({{"uid", session.uid()}});
  }
  shaddock::Task<Json> remember(BackendSession& session, const Word& word) {
    session.set("word", word.text);
    auto pushed = session.push_all();
    co_await pushed;
    co_return Json({{"word", session.get("word")}});
  }
  shaddock::Task<Json> kick(BackendSession& session, const Word& why) {
    auto kicked = session.kick(why.text);
    co_await kicked;
    co_return Json::object();
  }
  Word join(BackendSession& session, const Word& word) {
    shaddock::Channel& room = server_.channels().open("room");
    room.add(session);
    room.push("onJoin", word);
    return word;
  }

 private:
  shaddock::Server& server_;
};

void be_roomy(Settings& s) {
  s.connector.limits.package = 16 << 20;
  s.connector.limits.body_rate = 0;
}

void be_patient(Settings& s) {
  s.connector.when_slow = {{"keep", Connector::WhenSlow::keep},
                           {"latest", Connector::WhenSlow::keep_latest},
                           {"drop", Connector::WhenSlow::drop},
                           {"cut", Connector::WhenSlow::disconnect}};
  auto waiting = std::make_shared<std::vector<shaddock::Reply<Json>>>();
  s.connector.handshake(
      [waiting](FrontendSession&, const Json& hello, shaddock::Reply<Json> reply) {
        for (auto& earlier : *waiting) earlier(Json{{"waited", true}});
        waiting->clear();
        const Json* user = hello.find("user");
        if (user != nullptr && user->find("wait") != nullptr)
          waiting->push_back(std::move(reply));
        else
          reply(Json{{"waited", false}});
      });
}

}  // namespace

int main(int argc, char** argv) {
  shaddock::Application app;
  app.configure("roomy", "connector", be_roomy);
  app.configure("strangers|blocked", "connector",
                [](Settings& s) { s.connector.limits.trusted = {}; });
  app.configure("blocked", "connector",
                [](Settings& s) { s.connector.limits.blocked = {"127.0.0.2/31"}; });
  app.configure("beating", "connector", [](Settings& s) { s.connector.heartbeat = 1s; });
  app.configure("patient", "connector", be_patient);
  app.configure("talkative", "connector",
                [](Settings& s) { s.connector.limits.messages_per_second = 0; });
  app.server("connector")
      .handler<HallHandler>("hall")
      .on<&HallHandler::echo>("echo")
      .on<&HallHandler::say>("say")
      .on<&HallHandler::login>("login")
      .on<&HallHandler::logout>("logout")
      .on<&HallHandler::address>("address")
      .on<&HallHandler::flood>("flood");
  app.server("vault")
      .handler<RoomHandler>("room")
      .on<&RoomHandler::echo>("echo")
      .on<&RoomHandler::late>("late")
      .on<&RoomHandler::bind>("bind")
      .on<&RoomHandler::remember>("remember")
      .on<&RoomHandler::kick>("kick")
      .on<&RoomHandler::join>("join");
  return app.run(argc, argv);
}
