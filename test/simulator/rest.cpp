#include "rest.h"

#include <map>
#include <memory>

#include "figures.h"
#include "game.h"
#include "server/running_server.h"

namespace shaddock::simulator {

namespace {

constexpr net::Duration kTimeToConnect{1500};
constexpr net::Duration kSilence{8000};  // longer than heartbeats and kept connections last

// Its cable is cut and it never comes back: its connections are noticed by their silence.
void fall_silent(Cluster& cluster, Arena& arena, Findings& findings, net::ProcessId inspector) {
  sim::World& world = cluster.world();
  const std::string& machine = world.machine(inspector);
  world.cut(machine, "*");
  world.cut("*", machine);
  world.run_for(kSilence);
  for (ServerLife* life : arena.lives())
    expect(findings, life->server().id(), "connections when the last has fallen silent",
           figures_of(*life).connections, 0);
  world.kill(inspector);
}

}  // namespace

void check_presence(Cluster& cluster, Arena& arena, Findings& findings) {
  std::map<std::string, std::int64_t> visitors;
  cluster.for_each_player([&](const Player& player) {
    if (const auto connector = player.visited()) ++visitors[*connector];
  });
  for (ServerLife* life : arena.lives()) {
    if (life->server().type() == "connector")
      expect_visitors(findings, figures_of(*life), visitors[life->server().id()]);
  }
}

LinksKept::LinksKept(Arena& arena) {
  for (ServerLife* life : arena.lives())
    life->running().endpoint().for_each([&](cluster::Link& link) {
      if (link.peer().role == cluster::Role::server)
        links_.emplace_back(life->server().id(), link.handle());
    });
}

void LinksKept::check(Findings& findings) const {
  for (const auto& [server, link] : links_)
    if (link.get() == nullptr)
      findings.add("CALM", server,
                   "lost its link to " + link.peer().id + ", and nothing was wrong");
}

void check_emptiness(Arena& arena, Findings& findings) {
  for (ServerLife* life : arena.lives()) expect_nobody(findings, figures_of(*life));
}

void check_limits(Cluster& cluster, Arena& arena, Findings& findings) {
  net::Command command;
  command.program = "inspector";
  sim::World& world = cluster.world();
  const net::ProcessId inspector = world.start("10.0.2.1", command, nullptr);
  for (const GameServer& server : kServers) {
    if (std::string(server.type) != "connector") continue;
    std::vector<std::unique_ptr<client::Client>> clients;
    for (int i = 0; i <= kMostConnections; ++i) {
      clients.push_back(std::make_unique<client::Client>(world.host(inspector)));
      clients.back()->connect({server.machine, server.client_port});
    }
    world.run_for(kTimeToConnect);
    std::int64_t open = 0;
    for (const auto& client : clients) open += client->open();
    expect(findings, server.id, "who is let in, of one more than the limit", open,
           kMostConnections);
  }
  fall_silent(cluster, arena, findings, inspector);
}

}  // namespace shaddock::simulator
