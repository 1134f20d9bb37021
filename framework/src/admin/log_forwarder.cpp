#include "admin/log_forwarder.h"

#include <utility>

namespace shaddock::admin {

LogForwarder::LogForwarder(net::TimerWheel& timers, Function<void(const LogMessage&)> send)
    : timers_(timers), send_(std::move(send)), second_(timers_, [this] {
        sent_ = 0;
        send_waiting();
      }) {}

void LogForwarder::add(LogLevel level, std::string_view line) {
  if (level < LogLevel::warn) return;
  if (waiting_.size() >= kWaiting) {
    ++lost_;
    return;
  }
  LogMessage message;
  message.level = static_cast<int>(level);
  message.line = line.substr(0, kLongest);
  message.lost = std::exchange(lost_, 0);
  waiting_.push_back(std::move(message));
  send_waiting();
}

void LogForwarder::set_open(bool open) {
  open_ = open;
  send_waiting();
}

void LogForwarder::flush() {
  hurries_ = true;
  send_waiting();
}

void LogForwarder::send_waiting() {
  while (open_ && !waiting_.empty() && (hurries_ || sent_ < kPerSecond)) {
    const LogMessage message = std::move(waiting_.front());
    waiting_.pop_front();
    if (sent_++ == 0) second_.start(net::Duration(1000));
    send_(message);
  }
}

}  // namespace shaddock::admin
