#pragma once

#include <doctest/doctest.h>
#include <shaddock/application.h>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/log_sink.h"
#include "cluster/memory_network.h"
#include "server/running_server.h"
#include "server/test_client.h"

namespace shaddock::server {

// Servers of one application on one loop, one network and one clock, all in memory: the clock
// stands still until pass() is called. The test is the master: it numbers the views.
class Town {
 public:
  using Configure = std::function<void(const ServerInfo&, Settings&)>;

  struct House final : ServerEvents {
    House(net::Host& host, const ServerSetup& setup)
        : server(host, Logger(log, "server"), setup, *this) {}
    void on_ready() override { ++ready; }
    void on_fatal(const Error& error) override { fatal = error.text; }
    void on_other_link_up(cluster::Link&) override {}
    void on_other_link_down(cluster::Link&) override {}

    std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>();
    int ready = 0;
    std::string fatal;
    RunningServer server;
  };

  explicit Town(std::uint64_t seed = 1) : world(seed) {}
  ~Town() {
    clients_.clear();
    while (!houses_.empty()) kill(houses_.begin()->first);
    settle();
  }

  ServerType type(const std::string& name) { return ServerType(definition.types[name]); }

  // Entries of servers.json.
  void frontend(const std::string& id, const std::string& type) { entry(id, type).frontend = true; }
  void backend(const std::string& id, const std::string& type) { entry(id, type); }

  // Starts all servers that are listed; all are linked and open afterwards.
  void start(const Configure& configure = {}) {
    for (const ServerInfo& info : entries) REQUIRE(open(info, configure).ok());
    for (ServerInfo& info : entries) info.state = ServerInfo::State::up;
    show();
    for (auto& [id, house] : houses_) REQUIRE(house->ready == 1);
  }
  Result<void> open(const ServerInfo& info, const Configure& configure = {}) {
    Settings settings;
    if (configure) configure(info, settings);
    auto& house = houses_[info.id];
    house = std::make_unique<House>(world.host(),
                                    ServerSetup{info, settings, definition, "secret", protocol});
    return house->server.start();
  }
  // Every server gets the entries as they are now.
  void show() {
    ++number_;
    for (auto& [id, house] : houses_) house->server.apply_view({number_, entries});
    pass(50);
  }
  // The process is gone; the view says so only when it is shown.
  void kill(const std::string& id) {
    houses_.erase(id);
    settle();
  }

  ServerInfo& info(const std::string& id) {
    for (ServerInfo& info : entries)
      if (info.id == id) return info;
    throw std::out_of_range(id);
  }
  House& house(const std::string& id) { return *houses_.at(id); }
  RunningServer& server(const std::string& id) { return house(id).server; }
  MemoryLog& log(const std::string& id) { return *house(id).log; }

  // A client that may send requests.
  TestClient& join(const std::string& id, TestClient::Over over = TestClient::Over::tcp,
                   std::string_view hello = TestClient::kHello) {
    TestClient& client = connect(id, over);
    client.handshake(hello);
    settle();
    client.ack();
    settle();
    return client;
  }
  TestClient& connect(const std::string& id, TestClient::Over over = TestClient::Over::tcp) {
    return connect(server(id).client_address(), over);
  }
  TestClient& connect(const net::Address& address, TestClient::Over over = TestClient::Over::tcp) {
    TestClient& client = clients_.emplace_back(world.host(), address, over);
    settle();
    return client;
  }
  // Sends a request and waits for what is answered.
  std::string ask(TestClient& client, std::string_view route, std::string_view body = "{}") {
    const std::uint32_t id = client.request(route, body);
    settle();
    return client.answer(id);
  }
  void hang_up(TestClient& client) {
    client.stream.reset();
    settle();
  }

  void settle() { world.loop().settle(); }
  void pass(int ms) { world.loop().pass(net::Duration(ms)); }

  cluster::MemoryHost world;
  detail::Definition definition;
  std::vector<ServerInfo> entries;
  std::shared_ptr<const protocol::ClientProtocol> protocol;  // of all servers; nullptr: none

 private:
  ServerInfo& entry(const std::string& id, const std::string& type) {
    definition.types[type];
    ServerInfo info;
    info.id = id;
    info.type = type;
    info.host = "127.0.0.1";
    info.port = next_port_++;
    info.incarnation = entries.size() + 1;  // unique in the cluster, as the master gives them
    entries.push_back(info);
    return entries.back();
  }

  std::map<std::string, std::unique_ptr<House>> houses_;
  std::list<TestClient> clients_;
  std::uint64_t number_ = 0;
  int next_port_ = 5000;
};

}  // namespace shaddock::server
