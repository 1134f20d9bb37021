#pragma once
// Clients that connect, log in and do nothing but answer heartbeats. What is counted is how many
// are still there at the end of the window.

#include "fleet.h"
#include "script.h"

namespace shaddock::load {

class IdleScript final : public Script, ClientOwner {
 public:
  IdleScript(Place& place, const Options& options, const Share& share)
      : fleet_(place, options, share, *this) {}

  void connect() override { fleet_.connect(); }
  int settled() const override { return fleet_.settled(); }
  int ready() const override { return fleet_.ready(); }
  void begin() override {}
  void stop_asking() override {}
  std::int64_t in_flight() const override { return 0; }
  void finish() override {}

 private:
  void on_ready(Client& client) override { fleet_.on_ready(client); }
  void on_answer(Client&, const Waiting&, std::string_view) override {}
  void on_end(Client& client, const std::string& why) override { fleet_.on_end(client, why); }

  Fleet fleet_;
};

}  // namespace shaddock::load
