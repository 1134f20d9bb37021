#pragma once

#include <optional>

#include "admin/master.h"

namespace shaddock::admin {

// A stop under way, and the console that waits for its end.
struct Master::Stopping {
  Stopping(net::Host& host, std::vector<StopTarget> targets, StopActions& actions,
           Function<void()> on_done, StopLimits limits)
      : sequence(host.loop.timers(), std::move(targets), actions, std::move(on_done), limits) {}

  StopSequence sequence;
  std::optional<cluster::IncomingCall> waiting;
  Function<void(cluster::IncomingCall)> then;  // instead of an answer
  Function<void()> after;                      // when nobody waits
};

}  // namespace shaddock::admin
