#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/master.h"
#include "admin/peers.h"

namespace shaddock::admin {

inline ServerInfo server_entry(std::string id, std::string type, int client_port = 0) {
  ServerInfo info;
  info.id = std::move(id);
  info.type = std::move(type);
  info.host = "127.0.0.1";
  info.client_port = client_port;
  info.frontend = client_port != 0;
  return info;
}

// A master on a world whose processes and files are in memory, and what it says.
struct MasterTrial {
  explicit MasterTrial(net::Duration ready_limit = net::Duration(20000),
                       std::string secret_file = {}, StopLimits stop_limits = {}) {
    world.files.files["/games/run/development/secret"] = kSecret + "\n";
    MasterSettings settings;
    settings.id = "master-server-1";
    settings.address = {"127.0.0.1", 0};
    settings.environment = "development";
    settings.folders = Folders::of("/games/config", "development");
    settings.servers = {server_entry("connector-server-1", "connector", 3050),
                        server_entry("gate-server-1", "gate", 3014),
                        server_entry("chat-server-1", "chat")};
    settings.shows_warnings = true;
    settings.ready_limit = ready_limit;
    settings.stop_limits = stop_limits;
    settings.secret_file = std::move(secret_file);
    settings.away_limit = net::Duration(500);
    settings.stray_limit = net::Duration(50);
    settings.arguments = [](const std::string& id, std::uint64_t incarnation) {
      return std::vector<std::string>{"serve", "id=" + id,
                                      "incarnation=" + std::to_string(incarnation)};
    };
    settings.print = [this](std::string_view line) { said.append(line).append("\n"); };
    made_with = settings;
    master.emplace(world.host, Logger(log, "master"), std::move(settings));
  }

  // Before it starts.
  template <class Change>
  void change_settings(Change change) {
    change(made_with);
    master.emplace(world.host, Logger(log, "master"), made_with);
  }

  void start() {
    REQUIRE(master->start([this](int ended) { code = ended; }));
    REQUIRE(world.processes.spawned.size() == 3);
  }
  bool says(std::string_view text) const { return said.find(text) != std::string::npos; }

  // The process spawned as the index-th joins.
  std::unique_ptr<Peer> join(std::size_t index) {
    const auto& process = world.processes.spawned.at(index);
    const std::string id = process.command.arguments[1].substr(3);
    auto peer = std::make_unique<Peer>(world, cluster::Role::server, id, index + 2);
    add_verb<ViewMessage>(
        peer->remotes(), verb::kView,
        [this](ViewMessage& message, cluster::IncomingCall) { views.push_back(message); });
    REQUIRE(peer->dial("master-server-1", master->address()));
    RegisterMessage message;
    message.pid = process.id.pid;
    CHECK(peer->call("master-server-1", verb::kRegister, message) == code::kOk);
    return peer;
  }
  std::vector<std::unique_ptr<Peer>> start_completely() {
    start();
    std::vector<std::unique_ptr<Peer>> peers;
    for (std::size_t i = 0; i < 3; ++i) {
      peers.push_back(join(i));
      CHECK(peers.back()->call("master-server-1", verb::kReady, Nothing{}) == code::kOk);
    }
    return peers;
  }
  void end(std::size_t index, net::Exit exit) {
    std::exchange(world.processes.spawned.at(index).on_exit, nullptr)(net::Exit(exit));
  }
  void end_all() {
    for (auto& process : world.processes.spawned)
      if (process.on_exit) std::exchange(process.on_exit, nullptr)(net::Exit{});
  }

  MixedHost world;
  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>();
  std::string said;
  std::optional<int> code;
  std::vector<ViewMessage> views;
  MasterSettings made_with;
  std::optional<Master> master;
};

}  // namespace shaddock::admin
