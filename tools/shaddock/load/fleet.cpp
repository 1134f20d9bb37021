#include "fleet.h"

#include <algorithm>
#include <utility>

namespace shaddock::load {
namespace {

unsigned most_waiting(const Options& options) {
  // Beyond that, requests of an open loop wait for their turn.
  constexpr unsigned kOpenLoop = 256;
  if (options.open_loop()) return kOpenLoop;
  // In a room the next is said when the last was heard, which may be before it is answered.
  const unsigned answers = options.script == ScriptName::room ? 2 : 1;
  return answers * static_cast<unsigned>(options.inflight);
}

}  // namespace

Fleet::Fleet(Place& place, const Options& options, const Share& share, ClientOwner& owner)
    : place_(place),
      options_(options),
      share_(share),
      owner_(owner),
      plan_(options.logins),
      was_ready_(share.clients.size()),
      pace_(place.loop().timers(), [this] { connect_some(); }) {
  plan_.most_waiting = most_waiting(options);
  clients_.reserve(share.clients.size());
}

void Fleet::connect() {
  place_.look_at_clock();
  began_ = place_.now;
  connect_some();
}

void Fleet::connect_some() {
  const int made = static_cast<int>(clients_.size());
  const int count = static_cast<int>(share_.clients.size());
  int until = count;
  if (options_.connect_rate > 0) {
    const double seconds = static_cast<double>(Place::clock() - began_) / 1e9;
    const double rate = options_.connect_rate * count / options_.clients;
    until = static_cast<int>(std::min<double>(until, 1 + seconds * rate));
  } else {
    const int at_once = std::max(1, Options::kBeingMade / options_.threads);
    until = std::min(until, settled_ + at_once);
  }
  for (int i = made; i < until; ++i) connect_next();
  if (options_.connect_rate > 0 && until < count) pace_.start(net::Duration(1));
}

void Fleet::connect_next() {
  const int number = share_.clients[clients_.size()];
  const Target& target =
      options_.targets[static_cast<std::size_t>(number) % options_.targets.size()];
  const Numbers numbers{static_cast<std::uint64_t>(number),
                        static_cast<std::uint64_t>(number % options_.rooms), 0};
  clients_.push_back(std::make_unique<Client>(place_, plan_, numbers, target,
                                              source_of(options_, numbers.client), owner_));
  clients_.back()->index = static_cast<std::uint32_t>(clients_.size() - 1);
}

std::vector<Client*> Fleet::ready_clients() const {
  std::vector<Client*> ready;
  for (const auto& client : clients_)
    if (client->ready()) ready.push_back(client.get());
  return ready;
}

std::uint64_t Fleet::waiting() const {
  std::uint64_t sum = 0;
  for (const auto& client : clients_) sum += client->waiting().waiting();
  return sum;
}

// Loops begin one after the other, so that all together are even.
std::unique_ptr<Dealer> Fleet::make_dealer(std::vector<Client*> among, double share,
                                           Dealer::Send send) {
  const double offset = 1e9 / options_.rate * share_.loop;
  return std::make_unique<Dealer>(place_, options_.rate * share, std::move(among),
                                  place_.now + static_cast<std::int64_t>(offset), std::move(send));
}

void Fleet::on_ready(const Client& client) {
  was_ready_[client.index] = true;
  ++settled_;
  ++ready_;
  if (options_.connect_rate == 0) connect_some();
}

void Fleet::on_end(const Client& client, const std::string& why) {
  place_.counters.add_error(why);
  if (was_ready_[client.index]) {
    --ready_;
  } else {
    ++settled_;
    if (options_.connect_rate == 0) connect_some();
  }
}

}  // namespace shaddock::load
