#include "dealer.h"

#include <utility>

namespace shaddock::load {

Dealer::Dealer(Place& place, double rate, std::vector<Client*> clients, std::int64_t first,
               Send send)
    : send_(std::move(send)),
      pacer_(place, rate, [this](std::uint64_t i, std::int64_t) { on_due(i); }) {
  for (Client* client : clients) {
    if (turn_of_.size() <= client->index) turn_of_.resize(client->index + 1);
    turn_of_[client->index] = static_cast<std::uint32_t>(turns_.size());
    turns_.push_back({client, turns_.size(), 0});
  }
  if (!turns_.empty()) pacer_.start(first);
}

void Dealer::on_due(std::uint64_t i) {
  Turn& turn = turns_[i % turns_.size()];
  if (++turn.owed == 1) send_owed(turn);
}

void Dealer::send_owed(Turn& turn) {
  while (turn.owed > 0 && turn.client != nullptr && !turn.client->waiting().full()) {
    --turn.owed;
    send_(*turn.client, pacer_.time_of(std::exchange(turn.next, turn.next + turns_.size())));
  }
}

void Dealer::on_end(const Client& client) {
  if (client.index >= turn_of_.size()) return;
  Turn& turn = turns_[turn_of_[client.index]];
  if (turn.client == &client) turn.client = nullptr;
}

std::uint64_t Dealer::owed() const {
  std::uint64_t sum = 0;
  for (const Turn& turn : turns_) sum += turn.owed;
  return sum;
}

}  // namespace shaddock::load
