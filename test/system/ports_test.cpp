#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/crc32.h"
#include "base/log_sink.h"
#include "cluster/endpoint.h"
#include "cluster/rpc.h"
#include "messages.h"
#include "system/conversation.h"
#include "system/listening_sockets.h"
#include "system/raw_peer.h"
#include "system/recording_relay.h"

// Which ports a cluster opens, and what becomes of those who come to the internal ones without the
// cluster's secret.
namespace shaddock::system_test {
namespace {

using namespace std::string_view_literals;

constexpr const char* kTypes[] = {"gate", "connector", "chat"};

// The ports on which master and servers wait for each other, by what they belong to.
std::map<std::string, int> internal_ports(ChatCluster& cluster) {
  std::map<std::string, int> ports{{"the master", cluster.master_port()}};
  for (const char* type : kTypes)
    for (const ServerInfo& server : cluster.servers(type))
      if (server.port != 0) ports[server.id] = server.port;
  return ports;
}

// What the configuration says: internal ports on loopback, those for clients on every address.
std::set<std::string> golden_list(ChatCluster& cluster) {
  std::set<std::string> golden;
  for (const auto& [owner, port] : internal_ports(cluster))
    golden.insert("tcp 127.0.0.1:" + std::to_string(port));
  for (const char* type : kTypes)
    for (const ServerInfo& server : cluster.servers(type))
      if (server.frontend) golden.insert("tcp *:" + std::to_string(server.client_port));
  return golden;
}

// Somebody who knows the secret: proves it, and calls remotes as servers do.
class Insider final : public cluster::Receiver {
 public:
  Insider(ChatCluster& cluster, const std::string& peer, const net::Address& address)
      : cluster_(cluster), peer_(peer), rpc_(cluster.host().loop) {
    std::string secret = cluster.read(cluster.folder() + "/run/development/secret");
    secret.resize(secret.find('\n'));
    cluster::Identity self;
    self.id = "insider";
    self.incarnation = 1;
    endpoint_.emplace(cluster.host(), Logger(std::make_shared<MemoryLog>(), "link"), self, secret,
                      *this);
    endpoint_->dial(peer, address);
    REQUIRE(cluster.until([&] { return endpoint_->find(peer_) != nullptr; }));
  }

  void call(std::string_view route, const Guest& guest) {
    bool ended = false, well = false;
    rpc_.call(endpoint_->find(peer_), route, type_of<Guest>(), &guest, {},
              [&](Result<std::string_view> answer) { ended = true, well = answer.ok(); });
    REQUIRE(cluster_.until([&] { return ended; }));
    REQUIRE(well);
  }

 private:
  void on_link_up(cluster::Link&) override {}
  void on_link_down(cluster::Link&) override {}
  void on_request(cluster::Link&, const cluster::Frame&) override {}
  void on_call(cluster::Link&, const cluster::Frame&) override {}
  void on_push(cluster::Link&, const cluster::Frame&) override {}
  void on_session_closed(cluster::Link&, cluster::SessionId) override {}

  ChatCluster& cluster_;
  std::string peer_;
  cluster::RpcClient rpc_;
  std::optional<cluster::Endpoint> endpoint_;
};

// A ghost enters the room and leaves it: what one server says to another for that.
std::string record_calls(ChatCluster& cluster, const std::string& room) {
  const auto& chats = cluster.servers("chat");
  const ServerInfo& chat = chats[pomelo_hash(room) % chats.size()];
  RecordingRelay relay(cluster.host(), {"127.0.0.1", chat.port});
  {
    Insider insider(cluster, chat.id, relay.address());
    const Guest ghost{"ghost*" + room, "connector-server-1", room};
    insider.call("chat.chatRemote.add", ghost);
    insider.call("chat.chatRemote.kick", ghost);
  }
  REQUIRE(relay.connections() == 1);
  return relay.said();
}

// An operator's order to the master, who has a relay in front of him for so long.
std::string record_order(ChatCluster& cluster, const std::vector<std::string>& words) {
  admin::Records records(cluster.host(), cluster.folder() + "/run/development");
  const auto master = records.find("master-server-1");
  REQUIRE(master);
  RecordingRelay relay(cluster.host(), master->master);
  admin::Record elsewhere = *master;
  elsewhere.master = relay.address();
  REQUIRE(records.write(elsewhere).ok());
  const auto ended = cluster.run(words);
  INFO(ended.output);
  CHECK(ended.code == 0);
  REQUIRE(records.write(*master).ok());
  REQUIRE(relay.connections() == 1);
  return relay.said();
}

std::string random_bytes(net::Host& host, std::size_t size) {
  std::string bytes(size, '\0');
  host.random.fill(bytes);
  return bytes;
}

// A handshake, its ack, and a request for the handler of chat servers.
std::string clients_words() {
  return std::string(
      "\x01\x00\x00\x0a{\"sys\":{}}\x02\x00\x00\x00\x04\x00\x00\x35\x00\x01\x15"
      "chat.chatHandler.send{\"content\":\"x\",\"target\":\"*\"}"sv);
}

// Requests that handlers were given, the whole cluster's.
std::int64_t requests(ChatCluster& cluster) {
  const auto list = parse_json(cluster.run({"list", "--json"}).output);
  REQUIRE(list);
  std::int64_t sum = 0;
  for (const Json& row : list->at("servers").as_array())
    if (const Json* count = row.find("requests")) sum += count->as_integer();
  return sum;
}

TEST_CASE("a cluster listens where its configuration says, inside on loopback, nowhere else") {
  ChatCluster cluster("development", net::Isolation::process);
  cluster.start();
  CHECK(listening_sockets(cluster.processes()) == golden_list(cluster));
  // Nor does one that was killed come back with others.
  cluster.kill("connector-server-2");
  CHECK(cluster.until(
      [&] { return listening_sockets(cluster.processes()) == golden_list(cluster); }));
}

TEST_CASE("what a server has besides, on UDP or for one address only, is listened to and no more") {
  ChatCluster cluster("development", net::Isolation::process);
  const std::string udp = std::to_string(cluster.free_port());
  const std::string tcp = std::to_string(cluster.free_port());
  std::string servers = cluster.read(cluster.config("servers.json"));
  const std::string first = R"("id":"connector-server-1",)";
  REQUIRE(servers.find(first) != std::string::npos);
  servers.insert(servers.find(first), R"("listeners":[{"transport":"udp","port":)" + udp +
                                          R"(},{"host":"127.0.0.1","port":)" + tcp + "}],");
  cluster.write(cluster.config("servers.json"), servers);
  cluster.start();
  auto golden = golden_list(cluster);
  golden.insert({"udp *:" + udp, "tcp 127.0.0.1:" + tcp});
  CHECK(listening_sockets(cluster.processes()) == golden);
}

TEST_CASE(
    "without the secret nobody gets anything done on an internal port: noise, a client's "
    "words and recordings are sent away, and no handler and no remote runs") {
  ChatCluster cluster("development", net::Isolation::process);
  cluster.start();
  auto people = let_in(cluster, {"ann"}, "r1");
  std::vector<std::string> heard;
  people[0]->on_presence = [&](const std::string& what, const std::string& who) {
    heard.push_back(what + ' ' + who);
  };
  const std::string calls = record_calls(cluster, "r1");
  // The recording is of something that has effects, and so is the other one.
  REQUIRE(cluster.until([&] { return heard.size() == 2; }));
  REQUIRE(heard == std::vector<std::string>{"onAdd ghost", "onLeave ghost"});
  const int before = cluster.record("gate-server-1")->process.pid;
  const std::string order = record_order(cluster, {"restart", "gate-server-1"});
  REQUIRE(cluster.record("gate-server-1")->process.pid != before);

  const auto processes = cluster.processes();
  const std::int64_t handled = requests(cluster);
  CHECK(handled > 0);
  const std::map<std::string, std::string> words = {
      {"random bytes", random_bytes(cluster.host(), 5000)},
      {"many random bytes", random_bytes(cluster.host(), 1 << 20)},
      {"a client's words", clients_words()},
      {"a recording of servers", calls},
      {"half a recording of servers", calls.substr(0, calls.size() / 2)},
      {"a recording of an operator", order},
      {"two recordings", calls + order},
      {"nothing", ""}};
  std::map<std::string, std::unique_ptr<RawPeer>> strangers;
  for (const auto& [owner, port] : internal_ports(cluster))
    for (const auto& [name, bytes] : words)
      strangers[name + " to " + owner] =
          std::make_unique<RawPeer>(cluster.host(), net::Address{"127.0.0.1", port}, bytes);
  // They have two seconds; a machine that does other things besides gets a few more.
  cluster.until(
      [&] { return std::ranges::all_of(strangers, [](auto& one) { return one.second->ended; }); },
      net::Duration(6000));
  for (const auto& [name, stranger] : strangers) {
    CAPTURE(name);
    CHECK(stranger->connected());
    CHECK(stranger->ended);
  }

  CHECK(heard.size() == 2);
  CHECK(requests(cluster) == handled);
  CHECK(cluster.processes() == processes);
  int answered = 0;
  people[0]->say("still here", "*", [&](int code) { answered = code; });
  CHECK(cluster.until([&] { return answered == 200; }));
  CHECK(requests(cluster) == handled + 1);
  CHECK(cluster.complaints().find(" ERROR ") == std::string::npos);
}

namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
  return static_cast<unsigned>(fs::status(path).permissions());
}

std::string secret_of(ChatCluster& cluster) {
  const std::string text = cluster.read(cluster.folder() + "/run/development/secret");
  return text.substr(0, text.find('\n'));
}

TEST_CASE(
    "each cluster makes a secret of its own; only its files hold it, and only the owner reads "
    "these") {
  ChatCluster cluster("development", net::Isolation::process);
  ChatCluster other("development", net::Isolation::process);
  cluster.start();
  other.start();
  CHECK(cluster.run({"kick", "nobody"}).code != -1);  // leaves a line in the audit log
  const std::string secret = secret_of(cluster);
  CHECK(secret.size() == 64);
  CHECK(secret.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(secret != secret_of(other));

  const fs::path run = cluster.folder() + "/run/development";
  CHECK(mode_of(run) == 0700);
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(run)) {
    CAPTURE(entry.path());
    CHECK(mode_of(entry.path()) == 0600);
    names.insert(entry.path().filename().string());
  }
  for (const char* name : {"secret", "observer", "master-server-1.json", "chat-server-1.json"})
    CHECK(names.contains(name));
  CHECK(mode_of(cluster.folder() + "/logs/development/audit.log") == 0600);

  for (const auto& entry : fs::recursive_directory_iterator(cluster.folder())) {
    CAPTURE(entry.path());
    const bool tells = cluster.read(entry.path().string()).find(secret) != std::string::npos;
    CHECK(tells == (entry.path() == run / "secret"));
  }
  for (const int pid : cluster.processes())
    for (const char* told_to_others : {"cmdline", "environ"})
      CHECK(cluster.read("/proc/" + std::to_string(pid) + '/' + told_to_others).find(secret) ==
            std::string::npos);
}

}  // namespace
}  // namespace shaddock::system_test
