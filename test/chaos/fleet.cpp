#include "fleet.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "game.h"
#include "words.h"

namespace shaddock::chaos {

namespace {

namespace fs = std::filesystem;

constexpr int kMostConnections = 150;  // of each connector: fewer than all players
constexpr int kMasterPort = 3005;

// All on one machine, so no two have one port; which ports it really is, is found out at start.
std::vector<game::GameServer> servers() {
  std::vector<game::GameServer> all(std::begin(game::kServers), std::end(game::kServers));
  int next = 4000;
  for (game::GameServer& server : all) {
    server.machine = "127.0.0.1";
    for (int* port : {&server.port, &server.client_port})
      if (*port != 0) *port = next++;
  }
  return all;
}

system_test::ChatCluster::Program program_of(const std::string& path, bool sabotage,
                                             const std::string& events) {
  Json extras{{"events", events}};
  if (sabotage) extras.set("sabotage", "yes");
  const Json master{{"id", "master"}, {"host", "127.0.0.1"}, {"port", kMasterPort}};
  return {path, game::servers_file(servers(), kMostConnections, extras),
          Json{{game::kEnvironment, master}}};
}

}  // namespace

Fleet::Folder Fleet::make_folder() {
  std::string path = (fs::temp_directory_path() / "shaddock-chaos-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder");
  fs::create_directory(path + "/events");
  return {path, path + "/events"};
}

Fleet::Fleet(const std::string& program, std::uint64_t seed, bool sabotage)
    : Fleet(program, sabotage, make_folder()) {
  ::setenv("GAME_RULES_OF_SEED", std::to_string(seed).c_str(), 1);
}
Fleet::Fleet(const std::string& program, bool sabotage, Folder folder)
    : ChatCluster(game::kEnvironment, program_of(program, sabotage, folder.events),
                  net::Isolation::process),
      own_folder_(folder.path),
      events_(folder.events) {}
Fleet::~Fleet() {
  std::error_code ignored;
  fs::remove_all(own_folder_, ignored);
}

std::vector<net::Address> Fleet::gates() {
  return {client_address("gate-1"), client_address("gate-2")};
}

int Fleet::server_port(const std::string& id) {
  if (id == "master") return master_port();
  for (const game::GameServer& server : chaos::servers())
    if (id == server.id) return server.port == 0 ? 0 : port(server.port);
  return 0;
}

bool Fleet::all_up() {
  const Ended listed = run({"list", "--json"});
  if (listed.code != 0) return false;
  const auto all = parse_json(listed.output);
  if (!all) return false;
  std::size_t up = 0;
  for (const Json& server : all->at("servers").as_array())
    up += server.at("state").as_string() == "up" && server.at("type").as_string() != "master";
  return up == std::size(game::kServers);
}

std::vector<game::Life> Fleet::lives() {
  std::vector<game::Life> all;
  for (const game::GameServer& server : game::kServers)
    if (const auto known = record(server.id))
      all.push_back(static_cast<game::Life>(known->incarnation));
  return all;
}

// A server says something new only when it has changed.
game::Figures Fleet::figures(const std::string& id) {
  game::Figures last;
  const auto known = record(id);
  if (!known) return last;
  std::ifstream file(events_ + '/' + std::to_string(known->incarnation));
  for (std::string line; std::getline(file, line);) {
    const auto at = line.find(" figures ");
    if (at == std::string::npos) continue;
    last = {};
    game::WordReader(std::string_view(line).substr(at + 9)).take(last);
  }
  return last;
}

}  // namespace shaddock::chaos
