#include "bench/micro/benchmarks.h"
#include "bench/micro/messages.h"
#include "server/client_route.h"
#include "session/frontend_sessions.h"
#include "session/router.h"

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

// Three backends.
struct Town {
  Town() {
    cluster::View view;
    view.number = 1;
    for (const char* id : {"backend-1", "backend-2", "backend-3"}) {
      ServerInfo info;
      info.id = id, info.type = "backend", info.state = ServerInfo::State::up;
      view.servers.push_back(info);
    }
    directory.apply(view);
  }
  cluster::Directory directory;
};

void choose(State& state, std::map<std::string, Router, std::less<>> routers) {
  Town town;
  const session::RouterTable table(town.directory, std::move(routers), {"backend"});
  const Player player;
  const RouteParameter parameter(player);
  for (auto _ : state) DoNotOptimize(*table.choose({"backend", "echoHandler", "echo", parameter}));
}

void by_uid(State& state) { choose(state, {}); }

void by_setting(State& state) {
  choose(state, {{"backend", Router([](const Session& session,
                                       const ServerList& servers) -> const ServerInfo& {
                    return dispatch(session.get("rid"), servers);
                  })}});
}

void take_apart(State& state) {
  std::string route(kRoute);
  for (auto _ : state) {
    DoNotOptimize(route.data());
    DoNotOptimize(server::parse_route(route)->method.data());
  }
}

}  // namespace

void add_routing(Budget& budget) {
  budget.line(20, "connector: route taken apart", std::nullopt, take_apart);
  budget.line(21, "connector: server by crc32 of a setting", std::nullopt, by_setting);
  benchmark::RegisterBenchmark("routing/server by crc32 of the uid", by_uid);
}

}  // namespace shaddock::micro
