#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/program.h"
#include "player.h"

namespace shaddock::simulator {

using namespace game;

// The players of one machine.
class Crowd final : public net::Program {
 public:
  Crowd(Arena& arena, net::Host& host, int first, int players, std::uint64_t seed);

  // Called from outside; takes place on a turn of the crowd's own loop.
  void pause();
  void go_home();
  const std::vector<std::unique_ptr<Player>>& players() const { return players_; }

 private:
  net::Host& host_;
  std::vector<std::unique_ptr<Player>> players_;
};

}  // namespace shaddock::simulator
