#pragma once
// Clients that connect, log in and do nothing but answer heartbeats. What is counted is how many
// are still there at the end of the window.

#include "fleet_script.h"

namespace shaddock::load {

class IdleScript final : public FleetScript {
 public:
  IdleScript(Place& place, const Options& options, const Share& share)
      : FleetScript(place, options, share) {}

  void begin() override {}
  std::int64_t in_flight() const override { return 0; }
  void finish() override {}

 private:
  void on_answer(Client&, const Waiting&, std::string_view) override {}
};

}  // namespace shaddock::load
