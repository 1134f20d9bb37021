#pragma once

#include <cstddef>
#include <list>
#include <memory>

#include "net/loop.h"
#include "net/stream.h"

namespace shaddock::server {

// Connections for which there is no room. Each is kept until its first bytes say what it speaks,
// so that it can be told why it is closed:
//
//   HTTP, WebSocket     503
//   a Pomelo package    a handshake of {"code":503}
//   TLS, a PROXY header, nothing within kPatience    nothing
//
// They cost descriptors of those that are kept from clients, so there are only so many at once: the
// oldest goes untold when there is one more. Loop thread only.
class TurnedAway {
 public:
  // One eighth of the connections that are allowed, or kMost when they are not limited.
  TurnedAway(net::Loop& loop, std::size_t connections);
  ~TurnedAway();
  TurnedAway(const TurnedAway&) = delete;
  TurnedAway& operator=(const TurnedAway&) = delete;

  void add(std::unique_ptr<net::Stream> stream);
  std::size_t waiting() const { return guests_.size(); }

  static constexpr std::size_t kLeast = 8, kMost = 256;
  static constexpr net::Duration kPatience{1000};

 private:
  class Guest;
  void on_time();
  void forget(Guest& guest);

  net::Loop& loop_;
  const std::size_t most_;
  std::list<std::unique_ptr<Guest>> guests_;  // the oldest first
  net::Timer patience_;
};

}  // namespace shaddock::server
