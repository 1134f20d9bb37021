#pragma once
// The open loop of a script: messages become due at a fixed rate and are dealt to clients in turn.
// A client that may not send, because as many of its requests wait as it has ids for, owes what is
// due and sends it when it may; what it sends counts from when it was due.

#include <shaddock/function.h>

#include <cstdint>
#include <vector>

#include "client.h"
#include "pacer.h"

namespace shaddock::load {

class Dealer {
 public:
  using Send = Function<void(Client&, std::int64_t since)>;

  // `rate` is that of these clients together; `first` is when the first message is due.
  Dealer(Place& place, double rate, std::vector<Client*> clients, std::int64_t first, Send send);

  void stop() { pacer_.stop(); }
  // A request of the client was answered.
  void on_answer(const Client& client) {
    Turn& turn = turns_[turn_of_[client.index]];
    if (turn.owed > 0) send_owed(turn);
  }
  void on_end(const Client& client);
  std::uint64_t owed() const;

 private:
  // Message k of the client at place p among all is number p + k * clients of the pacer.
  struct Turn {
    Client* client = nullptr;  // null: it is gone
    std::uint64_t next = 0;    // of the pacer, not yet sent
    std::uint32_t owed = 0;
  };

  void on_due(std::uint64_t i);
  void send_owed(Turn& turn);

  std::vector<Turn> turns_;
  std::vector<std::uint32_t> turn_of_;  // by the index of the client
  Send send_;
  Pacer pacer_;
};

}  // namespace shaddock::load
