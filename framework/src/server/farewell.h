#pragma once

#include <shaddock/function.h>

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "net/host.h"

namespace shaddock::server {

// Says at which moment each client of a frontend that stops is to be sent away: each at a moment of
// its own, spread over some time, so that they do not all come to the other frontends at once. For
// few clients the time is shorter: a millisecond each.
class Farewell {
 public:
  Farewell(net::Loop& loop, net::Random& random, Function<void(std::uint64_t client)> go);

  void start(const std::vector<std::uint64_t>& clients, std::chrono::milliseconds spread);

 private:
  void send_away();

  net::Loop& loop_;
  net::Random& random_;
  Function<void(std::uint64_t)> go_;
  std::vector<std::pair<net::TimePoint, std::uint64_t>> left_;  // the next one last
  net::Timer timer_;
};

}  // namespace shaddock::server
