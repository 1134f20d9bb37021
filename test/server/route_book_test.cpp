#include "server/route_book.h"

#include "server/lobby.h"
#include "server/town.h"

using namespace shaddock;
using namespace shaddock::server;

namespace {

constexpr std::string_view kSend = "chat.chatHandler.send";
constexpr std::string_view kEnter = "connector.entryHandler.enter";

struct Nothing {
  static void fields(auto&, auto&&) {}
};

struct Silence final : session::SessionEvents {
  void on_session_end(detail::FrontendState&) override {}
  void on_callback_failed(const detail::FrontendState&, const Error&) override {}
};

// A connector and two chat servers that are linked to it, and a book of the connector's routes.
struct Library {
  Library() {
    town.type("connector")
        .handler("entryHandler")
        .on("enter", [](FrontendSession&, const Nothing&) {});
    town.type("chat").handler("chatHandler").on("send", [](BackendSession&, const Nothing&) {});
    town.frontend("connector-1", "connector");
    town.backend("chat-1", "chat");
    town.backend("chat-2", "chat");
    town.start();
    mesh.emplace(connector().endpoint(), connector().info());
    mesh->apply({1, town.entries});
    router.emplace(mesh->directory(), std::map<std::string, Router, std::less<>>(),
                   std::set<std::string, std::less<>>{"chat", "connector"});
    handlers.emplace(town.definition.types["connector"], connector(), bodies);
    book.emplace(connector().info(), *mesh, *router, sessions, *handlers, nullptr);
  }
  RunningServer& connector() { return town.server("connector-1"); }
  // Described and asked for once.
  KnownRoute& known(std::optional<std::uint16_t> code = {}) {
    KnownRoute& route = book->describe(kSend, code);
    target(route, 0);
    return route;
  }
  KnownRoute::Target target(KnownRoute& route, std::size_t place) {
    book->refresh(route);
    return book->target(route, (*route.candidates.servers)[place]);
  }

  Town town;
  Silence silence;
  session::FrontendSessions sessions{"connector-1", 1, silence};
  BodyCodec bodies{nullptr, {}};
  std::optional<cluster::Mesh> mesh;
  std::optional<session::RouterTable> router;
  std::optional<HandlerTable> handlers;
  std::optional<RouteBook> book;
};

}  // namespace

TEST_CASE("a route that a server has is found from the second time on") {
  Library library;
  CHECK(library.book->find(kSend) == nullptr);
  KnownRoute& route = library.book->describe(kSend);
  CHECK(library.book->find(kSend) == nullptr);
  CHECK(library.target(route, 0).code);
  CHECK(library.book->find(kSend) == &route);
  CHECK(&library.book->describe(std::string(kSend)) == &route);
  REQUIRE(route.parts);
  CHECK(route.parts->server_type == "chat");
  CHECK(route.parts->handler == "chatHandler");
  CHECK(route.parts->method == "send");
  CHECK(!route.own);
  REQUIRE(route.candidates.servers->size() == 2);
  for (const std::size_t place : {0u, 1u}) {
    const KnownRoute::Target target = library.target(route, place);
    REQUIRE(target.link != nullptr);
    CHECK(target.link->peer().id == *target.server);
    CHECK(target.code == target.link->handler_code(kSend));
  }
}

TEST_CASE("a route of the connector's own type has its handler") {
  Library library;
  KnownRoute& route = library.book->describe(kEnter);
  CHECK(route.own);
  REQUIRE(route.handler != nullptr);
  CHECK(route.handler->route == kEnter);
  CHECK(library.book->find(kEnter) == &route);
}

TEST_CASE("a route that nobody has is not remembered, however often it is asked for") {
  Library library;
  for (const std::string route :
       {"chat.chatHandler.nothing", "connector.entryHandler.nothing", "nobody.h.m", "chat", "a.b",
        "chat..send", "a.b.c.d", "", "chat.chatHandler.\xff"}) {
    CAPTURE(route);
    KnownRoute& stranger = library.book->describe(route);
    CHECK(stranger.text == route);
    CHECK(stranger.handler == nullptr);
    if (stranger.parts && stranger.parts->server_type == "chat") {
      CHECK(!library.target(stranger, 0).code);
      CHECK(stranger.targets.empty());  // the other servers were not even asked
    }
    CHECK(library.book->find(route) == nullptr);
  }
  CHECK(!library.book->describe("a.b").parts);
  CHECK(!library.book->describe("chat.chatHandler.\xff").parts);
  CHECK(library.book->describe("nobody.h.m").parts);
}

TEST_CASE("routes that fall on one place of the last asked are told apart") {
  Library library;
  KnownRoute& route = library.known();
  REQUIRE(library.book->find(kSend) == &route);
  std::string twin(kSend);
  twin[0] = 'x';  // same length, same letters where the place is taken from
  CHECK(library.book->find(twin) == nullptr);
  CHECK(library.book->find(kSend) == &route);
}

TEST_CASE("a code leads to the route that it was described with") {
  Library library;
  CHECK(library.book->find(std::uint16_t{7}) == nullptr);
  KnownRoute& route = library.known(7);
  CHECK(library.book->find(std::uint16_t{7}) == &route);
  CHECK(library.book->find(std::uint16_t{6}) == nullptr);
  CHECK(library.book->find(std::uint16_t{65535}) == nullptr);
  library.book->describe("nobody.h.m", 8);
  CHECK(library.book->find(std::uint16_t{8}) == nullptr);
}

TEST_CASE("what has not three parts may have the schema of an answer all the same") {
  Library library;
  const auto protocol = lobby_protocol();
  RouteBook book(library.connector().info(), *library.mesh, *library.router, library.sessions,
                 *library.handlers, protocol.get());
  const KnownRoute& route = book.describe("onGreet");
  CHECK(!route.parts);
  CHECK(route.answer == protocol->protos.server().find("onGreet"));
  CHECK(route.answer != nullptr);
}

TEST_CASE("a link that has gone is not offered once the book was told") {
  Library library;
  KnownRoute& route = library.known();
  library.town.kill("chat-1");
  library.router->links_changed();
  CHECK(library.target(route, 0).link == nullptr);
  CHECK(*library.target(route, 0).server == "chat-1");
  CHECK(library.target(route, 1).link != nullptr);
}

TEST_CASE("a new view brings other candidates without a word") {
  Library library;
  KnownRoute& route = library.known();
  library.town.info("chat-1").state = ServerInfo::State::failed;
  library.mesh->apply({2, library.town.entries});
  library.book->refresh(route);
  REQUIRE(route.candidates.servers->size() == 1);
  CHECK(*library.target(route, 0).server == "chat-2");
}

TEST_CASE("a server that is none of the candidates is looked up by its id") {
  Library library;
  KnownRoute& route = library.known();
  library.book->refresh(route);
  ServerInfo elsewhere = library.town.info("chat-2");
  const KnownRoute::Target target = library.book->target(route, elsewhere);
  REQUIRE(target.link != nullptr);
  CHECK(target.link->peer().id == "chat-2");
  elsewhere.id = "what a client said";
  CHECK(library.book->target(route, elsewhere).server == nullptr);
  CHECK(library.book->target(route, elsewhere).link == nullptr);
}
