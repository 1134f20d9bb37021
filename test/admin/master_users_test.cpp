#include <doctest/doctest.h>

#include "admin/master_trial.h"

// What the console asks the master about clients.
namespace shaddock::admin {
namespace {

using cluster::Role;

// The third server is no frontend: nobody asks it.
struct Trial : MasterTrial {
  Trial() : peers(start_completely()) {
    REQUIRE(console.dial("master-server-1", master->address()));
  }
  template <class Answer, class Request>
  Answer ask(std::string_view verb, const Request& request) {
    REQUIRE(console.call("master-server-1", verb, request) == code::kOk);
    Answer answer;
    REQUIRE(cluster::decode_msgpack(console.body, type_of<Answer>(), &answer));
    return answer;
  }

  std::vector<std::unique_ptr<Peer>> peers;
  Peer console{world, Role::console, "console-1", 1};
};

TEST_CASE("each frontend is asked who is there; one that does not know is named") {
  Trial trial;
  const auto all = trial.ask<AllUsersMessage>(verb::kConsoleUsers, UsersRequest{5});
  REQUIRE(all.frontends.size() == 2);
  CHECK(all.frontends[0].id == "connector-server-1");
  CHECK(all.frontends[1].id == "gate-server-1");
  CHECK_FALSE(all.frontends[0].said);  // these peers have no such verb
}

TEST_CASE("a kick goes to each frontend, and those that did not answer are named") {
  Trial trial;
  const auto all = trial.ask<AllKickedMessage>(verb::kConsoleKick, KickRequest{"alice", ""});
  CHECK(all.sessions == 0);
  CHECK(all.silent == std::vector<std::string>{"connector-server-1", "gate-server-1"});
}

}  // namespace
}  // namespace shaddock::admin
