#pragma once

#include <shaddock/shaddock.h>

#include <map>
#include <span>
#include <string>

#include "rules.h"

namespace shaddock::game {

// The application under load and its configuration: a master, 2 gates, 3 connectors, 3 chats, each
// on a machine of its own (in the simulator; a real cluster gives them ports of one machine).
void describe_game(Application& app, const Rules& rules = {});

inline constexpr const char* kEnvironment = "production";
inline constexpr const char* kConfigurationFolder = "/game/config";
inline constexpr const char* kMasterMachine = "10.0.0.1";
inline constexpr int kMostConnections = 30;  // of each connector: fewer than all players

struct GameServer {
  const char* id;
  const char* type;
  const char* machine;
  int port;         // for servers; 0: none
  int client_port;  // 0: none
};
inline constexpr GameServer kServers[] = {
    {"gate-1", "gate", "10.0.0.11", 0, 3014},
    {"gate-2", "gate", "10.0.0.12", 0, 3014},
    {"connector-1", "connector", "10.0.0.21", 4050, 3050},
    {"connector-2", "connector", "10.0.0.22", 4050, 3050},
    {"connector-3", "connector", "10.0.0.23", 4050, 3050},
    {"chat-1", "chat", "10.0.0.31", 6050, 0},
    {"chat-2", "chat", "10.0.0.32", 6050, 0},
    {"chat-3", "chat", "10.0.0.33", 6050, 0},
};
// Where the key is at home, among all chat servers; it goes nowhere else while that one is away.
std::string_view home_of(const std::string& key);
const GameServer* find_server(const std::string& id);

// What servers.json says of these servers, with these members in each entry, too.
Json servers_file(std::span<const GameServer> servers, int most_connections, const Json& extras);
// Name and text of each file for the servers above.
std::map<std::string, std::string> configuration_files();

}  // namespace shaddock::game
