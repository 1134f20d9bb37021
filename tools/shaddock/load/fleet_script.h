#pragma once
// What the scripts have in common whose clients are made at the beginning and stay: a fleet of
// them, which send in a closed loop, or in an open one when the options give a rate (dealer.h).

#include <memory>
#include <string>
#include <vector>

#include "dealer.h"
#include "fleet.h"
#include "script.h"

namespace shaddock::load {

class FleetScript : public Script, protected ClientOwner {
 public:
  void connect() override { fleet_.connect(); }
  int settled() const override { return fleet_.settled(); }
  int ready() const override { return fleet_.ready(); }
  void stop_asking() override;
  std::int64_t in_flight() const override { return static_cast<std::int64_t>(unanswered()); }
  // Requests of lost clients are among the unanswered.
  void finish() override { place_.counters.unanswered += unanswered(); }

 protected:
  FleetScript(Place& place, const Options& options, const Share& share);

  // Closed loop: each of `among` sends as many as may be in flight; the next are the script's,
  // while asking_. Open loop: they get their share of the rate, of all that send in all loops.
  void begin_asking(std::vector<Client*> among, double share, Dealer::Send send);
  std::uint64_t unanswered() const { return fleet_.waiting() + (dealer_ ? dealer_->owed() : 0); }

  void on_ready(Client& client) override { fleet_.on_ready(client); }
  void on_end(Client& client, const std::string& why) override;

  Place& place_;
  const Options& options_;
  const Share share_;
  Fleet fleet_;
  std::unique_ptr<Dealer> dealer_;  // of an open loop
  bool asking_ = false;
};

}  // namespace shaddock::load
