#pragma once
// Logins: ask the gate where to go (if there is one), connect there, shake hands, log in, close;
// then the next player does. As many at a time as the options have clients. Every login is another
// client: {client} counts on over all of them. Latency is that of a whole login, from the first
// connection to the last answer; the close is not waited for.

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "client.h"
#include "pacer.h"
#include "script.h"

namespace shaddock::load {

class StormScript final : public Script, ClientOwner {
 public:
  StormScript(Place& place, const Options& options, const Share& share);

  void connect() override {}
  int settled() const override { return static_cast<int>(slots_.size()); }
  int ready() const override { return static_cast<int>(slots_.size()); }
  void begin() override;
  void stop_asking() override;
  std::int64_t in_flight() const override;
  void finish() override;

 private:
  // One login at a time.
  struct Slot {
    std::uint64_t number = 0;  // of the client that logs in
    std::int64_t begun = 0;
    bool at_gate = false;
    net::Address found;              // what the gate answered
    std::unique_ptr<Client> client;  // null: waits to begin
  };

  void on_ready(Client& client) override;
  void on_logged_in(Client& client, const Json& answer) override;
  void on_answer(Client&, const Waiting&, std::string_view) override {}
  void on_end(Client& client, const std::string& why) override;

  void begin_login(Slot& slot);
  void connect(Slot& slot, Plan& plan, const Target& target);
  void leave(Slot& slot);
  void next(Slot& slot);
  void start_waiting();
  const Target& server_of(const Slot& slot);

  Place& place_;
  const Options& options_;
  std::vector<Slot> slots_;
  Plan gate_plan_, server_plan_;
  std::map<std::string, Target> found_;  // where gates sent us; clients refer to them
  std::unordered_map<const Client*, std::unique_ptr<Client>> leaving_;
  std::vector<std::size_t> waiting_;  // slots that are to begin when the pace allows it
  std::unique_ptr<Pacer> pacer_;      // with --connect-rate
  net::Timer pause_;                  // after an error, so that a dead server is not stormed
  bool asking_ = false;
};

}  // namespace shaddock::load
