#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

#include "base/crc32.h"
#include "system/listed_rows.h"
#include "system/talk.h"

// Servers that no file names join a cluster that is under load, and leave it.
namespace shaddock::system_test {
namespace {

std::shared_ptr<ChatCluster::Running> join(ChatCluster& cluster, const std::string& id, int port) {
  auto joined = cluster.begin({"join", "--id", id, "--type", "chat", "--port", std::to_string(port),
                               "--master", "127.0.0.1:" + std::to_string(cluster.master_port())});
  cluster.until([&] {
    return joined->exit || cluster.output(*joined).find("ready: " + id) != std::string::npos;
  });
  INFO(cluster.output(*joined));
  REQUIRE_FALSE(joined->exit);
  return joined;
}

// Of four chat servers the last one.
std::string room_of_the_fourth() {
  for (int i = 0;; ++i) {
    std::string room = "place" + std::to_string(i);
    if (pomelo_hash(room) % 4 == 3) return room;
  }
}

TEST_CASE("a server joins by hand under load, is routed to, and leaves: no request is lost") {
  ChatCluster cluster("production", net::Isolation::process);
  cluster.start();
  Talk talk(cluster, 8);
  REQUIRE(talk.goes_on(cluster));
  const int port = cluster.free_port();
  const auto first = join(cluster, "chat-server-9", port);
  CHECK(state_of(cluster, "chat-server-9") == "up, by hand");
  REQUIRE(talk.goes_on(cluster));
  Conversation there(cluster, room_of_the_fourth());
  CHECK(there.goes_on(cluster));
  CHECK(there.faults() == std::vector<std::string>{});
  CHECK(row_of(cluster, "chat-server-9").at("requests").as_integer() >= 20);

  // The first keeps serving.
  const auto record = cluster.record("chat-server-9");
  REQUIRE(record);
  const auto again = cluster.run({"join", "--id", "chat-server-9", "--type", "chat", "--port",
                                  std::to_string(cluster.free_port())});
  CHECK(again.code == 4);
  CHECK(again.says("chat-server-9 runs already"));
  const auto configured = cluster.run({"join", "--id", "chat-server-1", "--type", "chat", "--port",
                                       std::to_string(cluster.free_port())});
  CHECK(configured.code == 4);
  CHECK(
      cluster
          .run({"join", "--id", "chat-server-8", "--type", "chat", "--port", std::to_string(port)})
          .code == 2);
  CHECK(there.goes_on(cluster));

  SUBCASE("told by SIGTERM") { REQUIRE(cluster.host().processes.signal(record->process, SIGTERM)); }
  SUBCASE("told by Ctrl-C") { REQUIRE(cluster.host().processes.signal(record->process, SIGINT)); }
  SUBCASE("told by an operator") { CHECK(cluster.run({"stop", "chat-server-9"}).code == 0); }
  CHECK(cluster.end_of(*first).code == 0);
  REQUIRE(talk.goes_on(cluster));
  CHECK(cluster.until([&] { return state_of(cluster, "chat-server-9").empty(); }));
  CHECK(talk.ends(cluster));
  MESSAGE(talk.told());
  CHECK(talk.lost() == 0);
  CHECK(talk.all_inside());
  cluster.stop();
}

TEST_CASE("one that was joined by hand outlives the master, and comes back to the next one") {
  ChatCluster cluster("production", net::Isolation::process);
  cluster.start();
  const auto joined = join(cluster, "chat-server-9", cluster.free_port());
  Conversation there(cluster, room_of_the_fourth());
  CHECK(there.goes_on(cluster));
  const auto before = cluster.record("chat-server-9");
  REQUIRE(before);
  cluster.kill("master-server-1");
  CHECK(there.goes_on(cluster, 100));
  cluster.start();
  CHECK(cluster.until([&] { return state_of(cluster, "chat-server-9") == "up, by hand"; }));
  CHECK(there.goes_on(cluster, 100));
  CHECK(there.faults() == std::vector<std::string>{});
  const auto after = cluster.record("chat-server-9");
  REQUIRE(after);
  CHECK(after->process == before->process);
  CHECK(after->incarnation == before->incarnation);

  // A crash: nobody starts it again.
  cluster.kill("chat-server-9");
  CHECK(cluster.until([&] { return state_of(cluster, "chat-server-9") == "down, by hand"; }));
  const auto next = join(cluster, "chat-server-9", cluster.free_port());
  CHECK(state_of(cluster, "chat-server-9") == "up, by hand");
  cluster.stop();
  CHECK(cluster.end_of(*next).code == 0);
}

}  // namespace
}  // namespace shaddock::system_test
