#include <algorithm>
#include <utility>
#include <vector>

#include "server/connector.h"

namespace shaddock::server {

// The streams of UDP cost nothing, and nothing is said to them.
void Connector::turn_away(const PortContext& port, std::unique_ptr<net::Stream> stream) {
  if (port.listener.transport == ListenerSettings::Transport::tcp)
    turned_away_->add(std::move(stream));
}

// Judged on the next turn, when the kernel had its chance: a push to everybody is no slow client.
void Connector::on_queues_full() {
  if (std::exchange(queues_watched_, true)) return;
  parts_.host.loop.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    queues_watched_ = false;
    drop_slowest(settings_.limits.queued_all, 0, ClientTransport::Haste::none);
  });
}

// What waits may be the same bytes for many, so that one gone gives back little: half of all goes
// at least.
void Connector::on_memory(std::size_t percent, std::size_t excess) {
  context_.memory_percent = percent;
  if (excess == 0) return;
  for (auto& [number, client] : clients_) client->count_queued();
  drop_slowest(std::min(context_.queued / 2, context_.queued - std::min(context_.queued, excess)),
               settings_.limits.queued_soft / OutputGuard::kPressed, ClientTransport::Haste::now);
}

// Those who have the most to read go, until no more than `most` waits; what the clients counted may
// be long gone.
void Connector::drop_slowest(std::size_t most, std::size_t least, ClientTransport::Haste haste) {
  std::vector<std::pair<std::size_t, Client*>> slow;
  for (auto& [number, client] : clients_)
    if (const std::size_t queued = client->count_queued(); queued > least)
      slow.emplace_back(queued, client.get());
  std::stable_sort(slow.begin(), slow.end(),
                   [](const auto& one, const auto& other) { return one.first > other.first; });
  for (const auto& [queued, client] : slow) {
    if (context_.queued <= most) return;
    parts_.counters.add(Count::all_queues_full);
    client->close(net::close_code::kTryLater, haste);
    client->count_queued();
  }
}

}  // namespace shaddock::server
