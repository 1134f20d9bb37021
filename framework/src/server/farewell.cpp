#include "server/farewell.h"

#include <algorithm>
#include <functional>

namespace shaddock::server {

Farewell::Farewell(net::Loop& loop, net::Random& random, Function<void(std::uint64_t)> go)
    : loop_(loop),
      random_(random),
      go_(std::move(go)),
      timer_(loop.timers(), [this] { send_away(); }) {}

void Farewell::start(const std::vector<std::uint64_t>& clients, std::chrono::milliseconds spread) {
  using Count = net::Duration::rep;
  const Count most = std::min<Count>(spread.count(), static_cast<Count>(clients.size()));
  const auto moments = static_cast<std::uint64_t>(std::max<Count>(most, 1));
  for (const std::uint64_t client : clients) {
    const auto after = static_cast<Count>(random_.next() % moments);
    left_.emplace_back(loop_.now() + net::Duration(after), client);
  }
  std::sort(left_.begin(), left_.end(), std::greater<>());
  send_away();
}

void Farewell::send_away() {
  while (!left_.empty() && left_.back().first <= loop_.now()) {
    const std::uint64_t client = left_.back().second;
    left_.pop_back();
    go_(client);
  }
  if (!left_.empty()) timer_.start(left_.back().first - loop_.now());
}

}  // namespace shaddock::server
