#include "admin/stats_round.h"

#include <doctest/doctest.h>

#include "admin/peers.h"

namespace shaddock::admin {
namespace {

using cluster::Role;

std::unique_ptr<Peer> server(MixedHost& world, const std::string& id, std::uint64_t connections) {
  auto peer = std::make_unique<Peer>(world, Role::server, id, 1);
  add_verb<Nothing>(peer->remotes(), verb::kStats,
                    [connections](Nothing&, cluster::IncomingCall call) {
                      StatsMessage stats;
                      stats.connections = connections;
                      answer(call, stats);
                    });
  return peer;
}

RowMessage row(std::string id) {
  RowMessage made;
  made.id = std::move(id);
  return made;
}

TEST_CASE("rows stay in order, and those without an answer stay as they are") {
  MixedHost world;
  Peer master(world, Role::master, "master", 1);
  REQUIRE(master.endpoint().listen({"127.0.0.1", 0}));
  const auto first = server(world, "chat-1", 11), third = server(world, "chat-3", 33);
  Peer mute(world, Role::server, "chat-4", 1);
  for (Peer* peer : {first.get(), third.get(), &mute})
    REQUIRE(peer->dial("master", master.endpoint().address()));
  REQUIRE(world.until([&] { return master.endpoint().find("chat-4") != nullptr; }));

  std::optional<std::vector<RowMessage>> rows;
  ask_for_stats(master.endpoint(), master.rpc(),
                {row("chat-1"), row("chat-2"), row("chat-3"), row("chat-4")}, net::Duration(1000),
                [&](std::vector<RowMessage> filled) { rows = std::move(filled); });
  REQUIRE(world.until([&] { return rows.has_value(); }));
  REQUIRE(rows->size() == 4);
  CHECK(rows->at(0).stats->connections == 11);
  CHECK_FALSE(rows->at(1).stats);
  CHECK(rows->at(2).stats->connections == 33);
  CHECK_FALSE(rows->at(3).stats);
}

TEST_CASE("a round with nobody to ask is over at once") {
  MixedHost world;
  Peer master(world, Role::master, "master", 1);
  std::optional<std::vector<RowMessage>> rows;
  ask_for_stats(master.endpoint(), master.rpc(), {row("chat-1")}, net::Duration(1000),
                [&](std::vector<RowMessage> filled) { rows = std::move(filled); });
  REQUIRE(rows);
  CHECK(rows->size() == 1);
}

}  // namespace
}  // namespace shaddock::admin
