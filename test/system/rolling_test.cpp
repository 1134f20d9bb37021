#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "system/talk.h"

namespace shaddock::system_test {
namespace {

// Every chat server has come to its end and back, in its own way.
template <class Again>
void check_rolling(Again again) {
  ChatCluster cluster("production");
  cluster.start();
  Talk talk(cluster, 15);
  REQUIRE(talk.goes_on(cluster));
  for (const ServerInfo& server : cluster.servers("chat")) {
    const auto before = cluster.record(server.id);
    REQUIRE(before);
    again(cluster, server.id);
    REQUIRE(talk.goes_on(cluster));
    const auto now = cluster.record(server.id);
    REQUIRE(now);
    CHECK(now->incarnation > before->incarnation);
  }
  CHECK(talk.ends(cluster));
  MESSAGE(talk.told());
  CHECK(talk.lost() == 0);
  CHECK(talk.all_inside());
  cluster.stop();
}

TEST_CASE("chat servers are restarted one after the other: no request is lost") {
  check_rolling([](ChatCluster& cluster, const std::string& id) {
    CHECK(cluster.run({"restart", id}).code == 0);
  });
}

TEST_CASE("chat servers are stopped and started one after the other: no request is lost") {
  check_rolling([](ChatCluster& cluster, const std::string& id) {
    CHECK(cluster.run({"stop", id}).code == 0);
    CHECK(cluster.run({"start", id}).code == 0);
  });
}

TEST_CASE("chat servers get SIGTERM one after the other: no request is lost") {
  check_rolling([](ChatCluster& cluster, const std::string& id) {
    const auto before = cluster.record(id);
    REQUIRE(cluster.host().processes.signal(before->process, SIGTERM));
    CHECK(cluster.until([&] {
      const auto now = cluster.record(id);
      return now && now->incarnation > before->incarnation;
    }));
  });
}

}  // namespace
}  // namespace shaddock::system_test
