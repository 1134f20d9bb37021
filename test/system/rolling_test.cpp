#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "system/talk.h"

namespace shaddock::system_test {
namespace {

// SHADDOCK_ROLLING_REQUESTS: so many at least are asked while the servers come and go.
std::uint64_t requests_wanted() {
  const char* const text = std::getenv("SHADDOCK_ROLLING_REQUESTS");
  return text == nullptr ? 2000 : std::strtoull(text, nullptr, 10);
}

// Every chat server has come to its end and back, in its own way, and again until there were
// enough requests.
template <class Again>
void check_rolling(Again again) {
  ChatCluster cluster("production");
  cluster.start();
  Talk talk(cluster, 15);
  REQUIRE(talk.goes_on(cluster));
  do {
    for (const ServerInfo& server : cluster.servers("chat")) {
      const auto before = cluster.record(server.id);
      REQUIRE(before);
      again(cluster, server.id);
      REQUIRE(talk.goes_on(cluster));
      const auto now = cluster.record(server.id);
      REQUIRE(now);
      CHECK(now->incarnation > before->incarnation);
    }
  } while (talk.answers() < requests_wanted());
  CHECK(talk.ends(cluster));
  MESSAGE(talk.told());
  CHECK(talk.lost() == 0);
  CHECK(talk.all_inside());
  CHECK(talk.all_hear_once(cluster));
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

TEST_CASE("kill -9 of a chat server: what was asked meanwhile is refused, then all rooms go on") {
  ChatCluster cluster("production");
  cluster.start();
  Talk talk(cluster, 15);
  REQUIRE(talk.goes_on(cluster));
  const std::string victim = cluster.servers("chat").front().id;
  const auto before = cluster.record(victim);
  REQUIRE(before);
  cluster.kill(victim);
  CHECK(cluster.until([&] {
    const auto now = cluster.record(victim);
    return now && now->incarnation > before->incarnation;
  }));
  REQUIRE(talk.goes_on(cluster, 3000));
  CHECK(talk.ends(cluster));
  MESSAGE(talk.told());
  CHECK(talk.only({200, 503, 521, 522}));
  CHECK(talk.all_inside());
  CHECK(talk.all_hear_once(cluster));
  cluster.stop();
}

}  // namespace
}  // namespace shaddock::system_test
