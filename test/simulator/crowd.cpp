#include "crowd.h"

namespace shaddock::simulator {

Crowd::Crowd(Arena& arena, net::Host& host, int first, int players, std::uint64_t seed)
    : host_(host) {
  for (int number = first; number < first + players; ++number)
    players_.push_back(std::make_unique<Player>(arena, host, "p" + std::to_string(number),
                                                seed * 1000 + static_cast<std::uint64_t>(number)));
}

void Crowd::pause() {
  host_.loop.post([this] {
    for (const auto& player : players_) player->pause();
  });
}

void Crowd::go_home() {
  host_.loop.post([this] {
    for (const auto& player : players_) player->go_home();
  });
}

}  // namespace shaddock::simulator
