#pragma once
// The clients of one loop that are made at the beginning and stay: connected at the pace asked for,
// and counted. A client that cannot connect, or is lost, is an error and is not replaced.

#include <memory>
#include <string>
#include <vector>

#include "client.h"
#include "dealer.h"
#include "options.h"
#include "script.h"

namespace shaddock::load {

class Fleet {
 public:
  Fleet(Place& place, const Options& options, const Share& share, ClientOwner& owner);

  void connect();
  int settled() const { return settled_; }
  int ready() const { return ready_; }
  // Client i has the index i.
  const std::vector<std::unique_ptr<Client>>& clients() const { return clients_; }
  std::vector<Client*> ready_clients() const;
  // Requests of all clients that have no answer, also of those that are lost.
  std::uint64_t waiting() const;
  // The open loop of `among`, which are this share of all that send in all loops.
  std::unique_ptr<Dealer> make_dealer(std::vector<Client*> among, double share, Dealer::Send send);

  // What the owner of the clients passes on.
  void on_ready(const Client& client);
  void on_end(const Client& client, const std::string& why);

 private:
  void connect_some();
  void connect_next();

  Place& place_;
  const Options& options_;
  const Share share_;
  ClientOwner& owner_;
  Plan plan_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<bool> was_ready_;
  int settled_ = 0, ready_ = 0;
  std::int64_t began_ = 0;
  net::Timer pace_;
};

}  // namespace shaddock::load
