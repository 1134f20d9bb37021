#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>

#include "base/crc32.h"
#include "system/conversation.h"

namespace shaddock::system_test {
namespace {

constexpr std::size_t kServers = 4;
constexpr int kNoServer = 521;

void grow(ChatCluster& cluster) {
  cluster.add_server("connector", "connector-server-4");
  cluster.add_server("chat", "chat-server-4");
}

// Asks the gate for each uid and counts answers by port; several connections share the work.
class GateAsker {
 public:
  GateAsker(ChatCluster& cluster, std::size_t uids) : uids_(uids) {
    for (int i = 0; i < 20; ++i) {
      clients_.push_back(std::make_unique<client::Client>(cluster.host()));
      client::Client& client = *clients_.back();
      client.on_open([this, &client] { ask(client); });
      client.connect(cluster.gate());
    }
    CHECK(cluster.until([this] { return ports.size() == uids_; }));
  }

  static std::string uid(std::size_t number) { return "player-" + std::to_string(number); }
  std::map<std::size_t, std::int64_t> ports;  // of each uid; 0 for a refusal

 private:
  void ask(client::Client& client) {
    if (next_ == uids_) return;
    const std::size_t number = next_++;
    client.request("gate.gateHandler.queryEntry", {{"uid", uid(number)}},
                   [this, number, &client](client::Answer answer) {
                     ports[number] = answer.code == 200 ? answer.body.at("port").as_integer() : 0;
                     ask(client);
                   });
  }

  std::size_t uids_, next_ = 0;
  std::vector<std::unique_ptr<client::Client>> clients_;
};

TEST_CASE("a fourth connector takes the users that Pomelo's arithmetic gives it, 5 % even") {
  constexpr std::size_t kUsers = 10000;
  ChatCluster cluster;
  cluster.start();
  cluster.stop();
  grow(cluster);
  cluster.start();
  CHECK(cluster.run({"list"}).says("connector-server-4"));

  const auto connectors = cluster.servers("connector");
  REQUIRE(connectors.size() == kServers);
  GateAsker asker(cluster, kUsers);
  std::map<std::int64_t, std::size_t> users;
  std::size_t elsewhere = 0;
  for (const auto& [number, port] : asker.ports) {
    ++users[port];
    elsewhere += port != connectors[pomelo_hash(GateAsker::uid(number)) % kServers].client_port;
  }
  CHECK(elsewhere == 0);
  CHECK(users.size() == kServers);
  constexpr double kMean = double{kUsers} / kServers;
  for (const auto& [port, count] : users)
    CHECK(static_cast<double>(count) == doctest::Approx(kMean).epsilon(0.05));
}

TEST_CASE("ten thousand rooms spread over four chat servers within 5 %") {
  std::array<std::size_t, kServers> rooms{};
  for (std::size_t i = 0; i < 10000; ++i)
    ++rooms[pomelo_hash("room" + std::to_string(i)) % kServers];
  for (const std::size_t count : rooms) CHECK(count == doctest::Approx(2500).epsilon(0.05));
}

// What everybody is answered who talks now, by room.
std::map<std::string, int> talk(ChatCluster& cluster,
                                const std::vector<std::unique_ptr<Person>>& people) {
  std::map<std::string, int> codes;
  for (const auto& person : people)
    person->say("anybody?", "*", [&codes, room = person->room()](int code) { codes[room] = code; });
  CHECK(cluster.until([&] { return codes.size() == people.size(); }));
  return codes;
}

// Which server holds a room is seen when it is gone and no master starts it again: exactly its
// rooms are without a server.
TEST_CASE("a fourth chat server holds the rooms that Pomelo's arithmetic gives it, and no others") {
  ChatCluster cluster;
  grow(cluster);
  cluster.start();
  const auto chats = cluster.servers("chat");
  REQUIRE(chats.size() == kServers);
  std::vector<std::unique_ptr<Person>> people;
  std::array<int, kServers> rooms{};
  std::set<int> connectors;
  for (int i = 0; i < 24; ++i) {
    const std::string room = "hall " + std::to_string(i);
    people.push_back(std::make_unique<Person>(cluster.host(), "guest" + std::to_string(i), room));
    let_in(cluster, *people.back());
    ++rooms[pomelo_hash(room) % kServers];
    connectors.insert(people.back()->connector_port());
  }
  for (const int held : rooms) REQUIRE(held > 0);
  CHECK(connectors.size() == kServers);

  cluster.kill("master-server-1");
  std::set<std::size_t> killed;
  for (const std::size_t victim : {3u, 1u, 0u, 2u}) {
    cluster.kill(chats[victim].id);
    killed.insert(victim);
    // Calls on their way when a connector has not yet seen the end of its link are lost, not
    // refused.
    talk(cluster, people);
    for (const auto& answer : talk(cluster, people)) {
      CAPTURE(answer.first);
      CAPTURE(victim);
      const std::size_t holder = pomelo_hash(answer.first) % kServers;
      CHECK(answer.second == (killed.contains(holder) ? kNoServer : 200));
    }
  }
}

}  // namespace
}  // namespace shaddock::system_test
