#include "bench/micro/benchmarks.h"
#include "bench/micro/hand_cluster.h"
#include "bench/micro/messages.h"
#include "server/route_book.h"

namespace shaddock::micro {

namespace {

using benchmark::DoNotOptimize;
using benchmark::State;

// A session that is logged in.
struct Player final : Session {
  Player() : Session(7, home) {
    held.uid = "somebody";
    held.settings = Json({{"rid", "room-7"}});
  }
  const detail::SessionData& data() const override { return held; }

  const std::string home = "connector-server-1";
  detail::SessionData held;
};

struct Silence final : session::SessionEvents {
  void on_session_end(detail::FrontendState&) override {}
  void on_callback_failed(const detail::FrontendState&, const Error&) override {}
};

const ServerInfo& by_room(const Session& session, const ServerList& servers) {
  return dispatch(session.get("rid"), servers);
}

// What a connector knows of the routes of a backend that it is linked to.
struct Office {
  explicit Office(std::map<std::string, Router, std::less<>> routers)
      : router(mesh.directory(), std::move(routers), {"backend"}) {
    mesh.apply({1, cluster.entries()});
  }

  // A route is remembered once a server that has it was asked for.
  server::KnownRoute& know(server::KnownRoute& route) {
    book.refresh(route);
    book.target(route, route.candidates.servers->front());
    book.refresh(route);
    return route;
  }

  HandCluster cluster{[](ServerType, ServerType backend) {
    backend.handler("echoHandler").on("echo", [](BackendSession&, const Nothing&) {});
  }};
  const ServerInfo& info = cluster.connector().info();
  cluster::Mesh mesh{cluster.connector().endpoint(), info};
  session::RouterTable router;
  Silence silence;
  session::FrontendSessions sessions{info.id, info.incarnation, silence};
  server::BodyCodec bodies{nullptr, {}};
  server::HandlerTable handlers{{}, cluster.connector(), bodies};
  server::RouteBook book{info, mesh, router, sessions, handlers, nullptr};
};

void by_text(State& state) {
  Office office({});
  std::string route(kRoute);
  office.know(office.book.describe(route));
  for (auto _ : state) {
    DoNotOptimize(route.data());
    server::KnownRoute* known = office.book.find(route);
    office.book.refresh(*known);
    DoNotOptimize(known->targets.data());
  }
}

void by_code(State& state) {
  Office office({});
  std::uint16_t code = 3;
  office.know(office.book.describe(kRoute, code));
  for (auto _ : state) {
    DoNotOptimize(code);
    server::KnownRoute* known = office.book.find(code);
    office.book.refresh(*known);
    DoNotOptimize(known->targets.data());
  }
}

void choose(State& state, std::map<std::string, Router, std::less<>> routers) {
  Office office(std::move(routers));
  server::KnownRoute& known = office.know(office.book.describe(kRoute));
  const Player player;
  const RouteParameter parameter(player);
  for (auto _ : state) {
    const auto chosen = office.router.choose(
        known.candidates, Call{known.parts->server_type, known.parts->handler, known.parts->method,
                               parameter, known.candidates.peers});
    DoNotOptimize(office.book.target(known, **chosen).link);
  }
}

void by_uid(State& state) { choose(state, {}); }
void by_setting(State& state) { choose(state, {{"backend", Router(by_room)}}); }

}  // namespace

void add_routing(Budget& budget) {
  budget.line(20, "connector: what is known of the route, by its text", 34, by_text);
  budget.line(21, "connector: server by crc32 of a setting, its link", std::nullopt, by_setting);
  benchmark::RegisterBenchmark("routing/what is known of the route, by its code", by_code);
  benchmark::RegisterBenchmark("routing/server by crc32 of the uid, its link", by_uid);
}

}  // namespace shaddock::micro
