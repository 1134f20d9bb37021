#include <shaddock/shaddock.h>

#include <span>
#include <string>

// Servers that call each other by id. A client of one office writes to somebody at another:
//
//   client -- post.send --> office A -- find_server(B), rpc_to(B) --> office B -- onLetter -->
//   client
//
// Whom B writes to is told by a key: a uid, or the id of a session.

namespace {

using shaddock::FrontendSession;
using shaddock::Json;

struct Letter {
  std::string office, uid, text;
  shaddock::SessionId session = 0;  // 0: all sessions of the uid
  static void fields(auto& m, auto&& f) {
    f("office", m.office);
    f("uid", m.uid);
    f("session", m.session);
    f("text", m.text);
  }
};

class Clerk {
 public:
  explicit Clerk(shaddock::Server& server) : server_(server) {}

  // To whoever has that key at this server; to nobody when it is unknown.
  void deliver(const Letter& letter) {
    const shaddock::Member to{letter.uid, server_.id(), letter.session};
    server_.channels().push("onLetter", Json{{"text", letter.text}}, std::span(&to, 1));
  }
  // 0: nobody has that uid here.
  shaddock::SessionId session_of(const Letter& letter) {
    const auto sessions = server_.sessions().find(letter.uid);
    return sessions.empty() ? 0 : sessions.front().id();
  }

 private:
  shaddock::Server& server_;
};

class Counter {
 public:
  explicit Counter(shaddock::Server& server) : server_(server) {}

  shaddock::Task<Json> enter(FrontendSession& session, const Letter& me) {
    auto bound = session.bind(me.uid);
    co_await bound;
    co_return Json({{"office", server_.id()}});
  }

  shaddock::Task<Json> send(FrontendSession&, const Letter& letter) {
    const shaddock::ServerInfo* office = server_.find_server(letter.office);
    if (office == nullptr) throw shaddock::Error(500, "no such office");
    auto sent = server_.rpc_to<&Clerk::deliver>(office->id, letter);
    co_await sent;
    co_return Json::object();
  }

  // The same by the id of the session, which B tells first; its neighbour is nobody's.
  shaddock::Task<Json> send_by_session(FrontendSession&, const Letter& letter) {
    auto asked = server_.rpc_to<&Clerk::session_of>(letter.office, letter);
    const shaddock::SessionId session = co_await asked;
    Letter known{letter.office, "", letter.text, session};
    Letter unknown{letter.office, "", letter.text, session + 1};
    auto first = server_.rpc_to<&Clerk::deliver>(letter.office, unknown);
    auto second = server_.rpc_to<&Clerk::deliver>(letter.office, known);
    co_await first;
    co_await second;
    co_return Json::object();
  }

 private:
  shaddock::Server& server_;
};

}  // namespace

int main(int argc, char** argv) {
  shaddock::Application app;
  auto office = app.server("office");
  office.handler<Counter>("post")
      .on<&Counter::enter>("enter")
      .on<&Counter::send>("send")
      .on<&Counter::send_by_session>("sendBySession");
  office.remote<Clerk>("clerk").on<&Clerk::deliver>("deliver").on<&Clerk::session_of>("sessionOf");
  return app.run(argc, argv);
}
