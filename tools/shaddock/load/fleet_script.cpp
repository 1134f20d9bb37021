#include "fleet_script.h"

#include <utility>

namespace shaddock::load {

FleetScript::FleetScript(Place& place, const Options& options, const Share& share)
    : place_(place), options_(options), share_(share), fleet_(place, options, share, *this) {}

void FleetScript::begin_asking(std::vector<Client*> among, double share, Dealer::Send send) {
  place_.look_at_clock();
  asking_ = true;
  if (options_.open_loop()) {
    dealer_ = fleet_.make_dealer(std::move(among), share, std::move(send));
    return;
  }
  for (Client* client : among)
    for (int i = 0; i < options_.inflight; ++i) send(*client, place_.now);
}

void FleetScript::stop_asking() {
  asking_ = false;
  if (dealer_) dealer_->stop();
}

void FleetScript::on_end(Client& client, const std::string& why) {
  fleet_.on_end(client, why);
  if (dealer_) dealer_->on_end(client);
}

}  // namespace shaddock::load
