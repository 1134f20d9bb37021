#include <doctest/doctest.h>

#include <csignal>
#include <set>

#include "base/crc32.h"
#include "system/conversation.h"

namespace shaddock::system_test {
namespace {

TEST_CASE("kill -9 of the master in the foreground of development leaves no process") {
  ChatCluster cluster;
  const auto master = cluster.start_in_foreground();
  REQUIRE(cluster.processes().size() == 8);
  Conversation conversation(cluster, "r1");
  CHECK(conversation.goes_on(cluster));
  cluster.kill("master-server-1");
  CHECK(cluster.all_gone());

  cluster.start();
  Conversation again(cluster, "r1");
  CHECK(again.goes_on(cluster));
}

TEST_CASE("a daemon's master may die: the chat goes on, stop ends it, the next start is clean") {
  ChatCluster cluster;
  cluster.start();
  Conversation conversation(cluster, "r1");
  CHECK(conversation.goes_on(cluster));
  cluster.kill("master-server-1");
  CHECK(conversation.goes_on(cluster, 500));
  CHECK(cluster.processes().size() == 7);

  // Newcomers are let in too, on every connector.
  auto more = let_in(cluster, {"cat", "dan", "eve", "fay"}, "r2");
  std::set<int> connectors;
  for (const auto& person : more) connectors.insert(person->connector_port());
  CHECK(connectors.size() > 1);
  CHECK(conversation.goes_on(cluster));

  cluster.stop();
  cluster.start();
  CHECK(cluster.processes().size() == 8);
  Conversation again(cluster, "r1");
  CHECK(again.goes_on(cluster));
  CHECK(cluster.run({"list"}).says("master-server-1"));
}

// A room that the server of that number holds.
std::string room_of(std::size_t server) {
  for (int i = 0;; ++i) {
    std::string room = "room" + std::to_string(i);
    if (pomelo_hash(room) % 3 == server) return room;
  }
}

TEST_CASE("kill -9 of a chat server: its rooms are told at once, others carry on, it comes back") {
  ChatCluster cluster;
  cluster.start();
  auto hit = let_in(cluster, {"ann", "ben", "cat", "dan"}, room_of(1));
  Conversation first(cluster, room_of(0)), second(cluster, room_of(2));
  const auto before = cluster.record("chat-server-2");

  std::vector<int> codes;
  cluster.kill("chat-server-2");
  for (const auto& person : hit)
    person->say("still there?", "*", [&](int code) { codes.push_back(code); });
  CHECK(cluster.until([&] { return codes.size() == hit.size(); }));
  for (const int code : codes) {
    CAPTURE(code);
    // Lost, no server, or back already and the room is empty: never a time-out.
    CHECK((code == 522 || code == 521 || code == 500));
  }
  CHECK(first.goes_on(cluster));
  CHECK(second.goes_on(cluster));

  CHECK(cluster.until([&] {
    const auto now = cluster.record("chat-server-2");
    return now && now->process != before->process;
  }));
  Person newcomer(cluster.host(), "eve", room_of(1));
  CHECK(cluster.until([&] {
    const auto state = newcomer.state();
    if (state == Person::State::away || state == Person::State::refused)
      newcomer.come(cluster.gate());
    return newcomer.inside();
  }));
  int code = 0;
  newcomer.say("hello", "*", [&](int answered) { code = answered; });
  CHECK(cluster.until([&] { return code == 200; }));
  CHECK(first.goes_on(cluster));
  CHECK(second.goes_on(cluster));
}

TEST_CASE("kill -9 of a connector: its clients see it, others carry on, they come back by it") {
  ChatCluster cluster;
  cluster.start();
  auto people = let_in(cluster, {"ann", "ben", "cat", "dan", "eve", "fay"}, "r1");
  const auto connectors = cluster.servers("connector");
  const ServerInfo& victim = connectors[pomelo_hash("ann") % 3];
  std::vector<std::string> left;
  Person* survivor = nullptr;
  std::size_t lost = 0;
  for (const auto& person : people) {
    if (person->connector_port() == victim.client_port)
      ++lost;
    else
      survivor = person.get();
  }
  REQUIRE(survivor != nullptr);
  cluster.kill(victim.id);
  CHECK(cluster.until([&] {
    std::size_t away = 0;
    for (const auto& person : people) away += !person->inside();
    return away == lost;
  }));
  int code = 0;
  survivor->say("who is left?", "*", [&](int answered) { code = answered; });
  CHECK(cluster.until([&] { return code == 200; }));

  // Until it is up again the gate names another connector.
  Person newcomer(cluster.host(), "ann", "r2");
  CHECK(cluster.until([&] {
    const auto state = newcomer.state();
    if (state == Person::State::away || state == Person::State::refused)
      newcomer.come(cluster.gate());
    if (newcomer.inside() && newcomer.connector_port() != victim.client_port) newcomer.leave();
    return newcomer.inside() && newcomer.connector_port() == victim.client_port;
  }));
}

}  // namespace
}  // namespace shaddock::system_test
