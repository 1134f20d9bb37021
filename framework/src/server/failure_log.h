#pragma once

#include <shaddock/error.h>
#include <shaddock/log.h>

#include <string_view>

#include "cluster/log_limit.h"
#include "net/timer_wheel.h"

namespace shaddock::server {

// Why requests failed. An Error is the application's or a client's own business (info); any other
// exception most likely a defect (error). At most ten lines a second of each, so that no client can
// fill the log.
class FailureLog {
 public:
  FailureLog(Logger log, const net::TimerWheel& clock) : log_(std::move(log)), clock_(clock) {}

  // `whose` is the uid of the session, or the server that called.
  void write(std::string_view event, const Error& error, std::string_view route,
             const LogField& whose) noexcept;

 private:
  static constexpr unsigned kLinesPerSecond = 10;

  Logger log_;
  const net::TimerWheel& clock_;
  cluster::LogLimit refusals_{kLinesPerSecond}, defects_{kLinesPerSecond};
};

}  // namespace shaddock::server
