#pragma once

#include <set>
#include <string>

#include "admin/master.h"

namespace shaddock::admin {

// A start of some servers under way, and the console that waits until all of them are ready.
struct Master::Starting {
  Starting(net::TimerWheel& timers, const std::vector<std::string>& servers,
           cluster::IncomingCall waiting, Function<void()> on_late)
      : ids(servers.begin(), servers.end()),
        call(std::move(waiting)),
        limit(timers, std::move(on_late)) {}

  std::set<std::string> ids;  // that are not ready yet
  cluster::IncomingCall call;
  net::Timer limit;
};

}  // namespace shaddock::admin
