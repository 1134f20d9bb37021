#pragma once

#include <shaddock/function.h>
#include <shaddock/log.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "admin/messages.h"
#include "net/timer_wheel.h"

namespace shaddock::admin {

// Warnings and errors on their way to the master's terminal: at most kWaiting lines wait for the
// master, at most kPerSecond leave a second. What is too much is counted, and the count goes with
// the next line; the log file has all of it.
class LogForwarder {
 public:
  LogForwarder(net::TimerWheel& timers, Function<void(const LogMessage&)> send);

  void add(LogLevel level, std::string_view line);
  // Lines wait while there is no master.
  void set_open(bool open);
  // The process ends: what waits leaves at once, and so does every line from now on.
  void flush();

  static constexpr std::size_t kWaiting = 100, kPerSecond = 50, kLongest = 2048;

 private:
  void send_waiting();

  net::TimerWheel& timers_;
  Function<void(const LogMessage&)> send_;
  std::deque<LogMessage> waiting_;
  std::uint64_t lost_ = 0;
  std::size_t sent_ = 0;  // in the running second
  bool open_ = false, hurries_ = false;
  net::Timer second_;
};

}  // namespace shaddock::admin
