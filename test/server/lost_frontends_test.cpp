#include "server/lost_frontends.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "cluster/memory_network.h"

using namespace shaddock;
using namespace shaddock::server;

namespace {

struct Trial {
  void look_for(const std::string& id, const std::string& host, int port) {
    cluster::Identity who;
    who.id = id;
    who.incarnation = 3;
    lost.look_for(who, {host, port});
  }
  void pass(net::Duration time) { world.loop().pass(time); }

  cluster::MemoryHost world{1};
  std::string gone;
  LostFrontends lost{world.host(), "10.0.0.5",
                     [this](const cluster::Identity& who) { gone += who.id + ' '; }};
};

}  // namespace

TEST_CASE("on this machine a port where nobody listens is that of a frontend that is gone") {
  Trial trial;
  trial.look_for("connector-1", "127.0.0.1", 4000);
  trial.look_for("connector-2", "10.0.0.5", 4001);
  CHECK(trial.gone.empty());
  trial.pass(LostFrontends::kConnectLimit);
  CHECK(trial.gone == "connector-1 connector-2 ");
}

TEST_CASE("one that takes connections, is on another machine or has no port is not judged") {
  Trial trial;
  auto listener =
      trial.world.host().network.listen({"127.0.0.1", 4000}, [](std::unique_ptr<net::Stream>) {});
  REQUIRE(listener.ok());
  trial.look_for("connector-1", "127.0.0.1", 4000);
  trial.look_for("connector-2", "10.0.0.6", 4001);
  trial.look_for("connector-3", "127.0.0.1", 0);
  trial.pass(net::Duration(20'000));
  CHECK(trial.gone.empty());
}

TEST_CASE("a server may end while it looks for a frontend") {
  auto trial = std::make_unique<Trial>();
  trial->look_for("connector-1", "127.0.0.1", 4000);
  trial.reset();
}
