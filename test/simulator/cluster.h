#pragma once

#include <shaddock/application.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/application_program.h"
#include "app/main_function.h"
#include "arena.h"
#include "crowd.h"
#include "sim/world.h"

namespace shaddock::simulator {

// The game's master and servers, and its players, each on a machine of a simulated world.
class Cluster {
 public:
  Cluster(std::uint64_t seed, Arena& arena);
  ~Cluster();

  sim::World& world() { return world_; }
  // Until every server runs and knows of all others; false when that takes longer.
  bool wait_until_ready(net::Duration limit);
  // Another one, for one that was killed.
  void start_master();
  void add_players(std::uint64_t seed);

  template <class F>
  void for_each_player(F visit) {
    for (const net::ProcessId& process : crowds_)
      for (const auto& player : crowd(process).players()) visit(*player);
  }
  void pause_players();
  void send_players_home();

  // What the servers log at warn and above, and their master prints.
  void set_log(std::function<void(std::string_view who, std::string_view line)> log) {
    log_ = std::move(log);
  }

 private:
  class Sink;
  bool ready() const;
  Crowd& crowd(const net::ProcessId& process);
  app::Outlets outlets();

  Arena& arena_;
  ArenaOfThisThread here_;
  Application application_;
  app::ApplicationProgram program_;
  net::Main main_;
  std::function<void(std::string_view, std::string_view)> log_;
  std::vector<net::ProcessId> crowds_;
  sim::World world_;
};

}  // namespace shaddock::simulator
