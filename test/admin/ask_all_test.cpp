#include "admin/ask_all.h"

#include <doctest/doctest.h>

#include "admin/messages.h"
#include "admin/peers.h"

namespace shaddock::admin {
namespace {

using cluster::Role;

TEST_CASE("answers stand in the order of the ids, and who does not answer has none") {
  MixedHost world;
  Peer master(world, Role::master, "master", 1);
  REQUIRE(master.endpoint().listen({"127.0.0.1", 0}));
  Peer one(world, Role::server, "one", 1), mute(world, Role::server, "mute", 1);
  add_verb<KickRequest>(one.remotes(), verb::kKick,
                        [](KickRequest& request, cluster::IncomingCall call) {
                          answer(call, KickedMessage{request.uid.size()});
                        });
  for (Peer* peer : {&one, &mute}) REQUIRE(peer->dial("master", master.endpoint().address()));
  REQUIRE(world.until([&] { return master.endpoint().find("mute") != nullptr; }));
  std::optional<std::vector<std::optional<KickedMessage>>> answers;
  ask_all<KickedMessage>(master.endpoint(), master.rpc(), {"mute", "nobody", "one"}, verb::kKick,
                         KickRequest{"alice", ""}, net::Duration(1000),
                         [&](auto all) { answers = std::move(all); });
  REQUIRE(world.until([&] { return answers.has_value(); }));
  REQUIRE(answers->size() == 3);
  CHECK_FALSE(answers->at(0));
  CHECK_FALSE(answers->at(1));
  REQUIRE(answers->at(2));
  CHECK(answers->at(2)->sessions == 5);
}

}  // namespace
}  // namespace shaddock::admin
