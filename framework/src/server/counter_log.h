#pragma once

#include <shaddock/function.h>
#include <shaddock/log.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "net/timer_wheel.h"

namespace shaddock::server {

// Writes once a minute which counters have grown, by how much and to what, in one line:
//
//   INFO connector-server-1 counted refused_new +40 (52), late_handshake +3 (3)
//
// No line when nothing has. The counters are always the same ones, in the same order.
class CounterLog {
 public:
  using Values = std::vector<std::pair<std::string_view, std::uint64_t>>;

  CounterLog(Logger log, net::TimerWheel& clock, Function<Values()> read);

  // Now, what has grown since the last line.
  void write();

  static constexpr net::Duration kInterval{60'000};

 private:
  Logger log_;
  Function<Values()> read_;
  std::vector<std::uint64_t> written_;
  net::Timer timer_;
};

}  // namespace shaddock::server
