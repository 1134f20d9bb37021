#include "cluster.h"

#include <algorithm>

#include "base/log_sink.h"
#include "fault_plan.h"
#include "game.h"
#include "server/running_server.h"
#include "sim/memory_files.h"

namespace shaddock::simulator {

namespace {

constexpr int kPlayersPerCrowd = 5;
constexpr net::Duration kLookAgain{100};

std::string id_in(const net::Command& command) {
  for (const std::string& word : command.arguments)
    if (word.starts_with("id=")) return word.substr(3);
  return {};
}

}  // namespace

// The level is the same whether somebody reads the lines or not: masters get them, too.
class Cluster::Sink final : public LogSink {
 public:
  Sink(Cluster& owner, std::string id) : LogSink(id, LogLevel::warn), owner_(owner), id_(id) {}

 private:
  bool put(LogLevel, std::string_view line) override {
    if (owner_.log_) owner_.log_(id_, line);
    return true;
  }
  Cluster& owner_;
  std::string id_;
};

Cluster::Cluster(std::uint64_t seed, Arena& arena)
    : arena_(arena), here_(arena), program_(application_.definition()), world_(seed) {
  describe_game(application_, arena.rules());
  std::vector<net::Address> gates;
  for (const GameServer& server : kServers)
    if (std::string_view(server.type) == "gate")
      gates.push_back({server.machine, server.client_port});
  arena.set_gates(std::move(gates));
  for (const auto& [name, text] : configuration_files())
    world_.files().put(std::string(kConfigurationFolder) + '/' + name, text, 0600);
  main_ = app::main_function(program_, outlets());
  world_.set_placement([this](const net::Command& command) {
    const GameServer* server = find_server(id_in(command));
    return sim::World::Placement{server == nullptr ? kMasterMachine : server->machine, main_};
  });
  start_master();
}

Cluster::~Cluster() = default;

void Cluster::start_master() {
  net::Command start;
  start.program = "game";
  start.arguments = {"start", std::string("env=") + kEnvironment,
                     std::string("config=") + kConfigurationFolder, "id=master"};
  world_.start(kMasterMachine, start, main_);
}

app::Outlets Cluster::outlets() {
  const auto print = [this](std::string_view line) {
    if (log_) log_("master", line);
  };
  return {print, print, [this](const std::string&, const std::string& id) {
            return Result<std::shared_ptr<LogSink>>(std::make_shared<Sink>(*this, id));
          }};
}

bool Cluster::ready() const {
  return std::all_of(std::begin(kServers), std::end(kServers), [this](const GameServer& server) {
    ServerLife* const life = arena_.find(server.id);
    if (life == nullptr || life->running().stopping()) return false;
    for (const GameServer& other : kServers) {
      const ServerInfo* info = life->server().find_server(other.id);
      if (info == nullptr || !info->up()) return false;
      const bool linkable = other.id != server.id && (other.port != 0 || server.port != 0);
      if (linkable && life->running().endpoint().find(other.id) == nullptr) return false;
    }
    return server.client_port == 0 || life->running().client_address().port != 0;
  });
}

bool Cluster::wait_until_ready(net::Duration limit) {
  for (net::Duration waited{0}; waited < limit; waited += kLookAgain) {
    world_.run_for(kLookAgain);
    if (ready()) return true;
  }
  return false;
}

void Cluster::add_players(std::uint64_t seed) {
  for (int number = 1; number <= kCrowds; ++number) {
    const int first = (number - 1) * kPlayersPerCrowd + 1;
    net::Command command;
    command.program = "crowd";
    command.arguments = {"id=" + crowd_name(number)};
    crowds_.push_back(world_.start(
        machine_of(crowd_name(number)), command,
        [this, first, seed](net::Host& host, const net::Command&, Function<void(int)>) {
          return std::make_unique<Crowd>(arena_, host, first, kPlayersPerCrowd, seed);
        }));
  }
}

Crowd& Cluster::crowd(const net::ProcessId& process) {
  return static_cast<Crowd&>(*world_.program(process));
}

void Cluster::pause_players() {
  for (const net::ProcessId& process : crowds_) crowd(process).pause();
}

void Cluster::send_players_home() {
  for (const net::ProcessId& process : crowds_) crowd(process).go_home();
}

}  // namespace shaddock::simulator
