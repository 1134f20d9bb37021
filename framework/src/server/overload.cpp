#include "server/overload.h"

#include <algorithm>
#include <limits>

namespace shaddock::server {

Overload::Overload(const net::Loop& loop, const Settings::Overload& settings)
    : loop_(loop),
      delay_(settings.delay),
      patience_(settings.patience),
      lag_(settings.lag),
      on_(delay_.count() > 0) {}

void Overload::begin_turn() {
  const net::Turns& turns = loop_.turns();
  if (turns.last() > delay_)
    step_ = 1;
  else if (turn_ + 1 == turns.number())
    pace(step_ - until_look_, turns.ended() - looked_at_);
  turn_ = turns.number();
  until_look_ = step_;
  looked_at_ = turns.began();
  refuses_ = refuses_calls_ = false;
  if (turns.last() <= delay_)
    late_since_.reset();
  else if (!late_since_)
    late_since_ = turns.began();
}

void Overload::look() {
  until_look_ = step_;
  if (loop_.turns().number() == 0) return;  // they take no time, as in a simulation
  const net::TimePoint now = loop_.clock();
  pace(step_, now - looked_at_);
  until_look_ = step_;
  looked_at_ = now;
  const net::Duration waited = now - loop_.turns().began();
  if (waited <= delay_) return;
  if (!late_since_) late_since_ = now;
  const bool behind_lag = lag_.count() > 0 && loop_.turns().last() > lag_;
  refuses_ = behind_lag || now - *late_since_ >= patience_;
  refuses_calls_ = refuses_ && waited > 2 * delay_;
}

// So that the next look is about a millisecond away.
void Overload::pace(std::uint32_t requests, net::Duration time) {
  const auto milliseconds = static_cast<std::uint32_t>(
      std::min<net::Duration::rep>(time.count(), std::numeric_limits<std::uint32_t>::max()));
  step_ = milliseconds == 0 ? step_ * 2 : requests / milliseconds;
  step_ = std::clamp(step_, std::uint32_t{1}, kMostUnseen);
}

}  // namespace shaddock::server
