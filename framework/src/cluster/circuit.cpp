#include "cluster/circuit.h"

#include <algorithm>
#include <utility>

namespace shaddock::cluster {

namespace {

std::int64_t ticks_of(net::Duration time, net::Duration tick) {
  return (time.count() + tick.count() - 1) / tick.count();
}

}  // namespace

Circuit::Circuit(net::Duration tick, net::Duration open_time)
    : open_ticks_(static_cast<int>(ticks_of(open_time, tick))),
      window_ticks_(std::clamp<std::size_t>(static_cast<std::size_t>(ticks_of(kWindow, tick)), 1,
                                            std::size(window_))) {}

void Circuit::note_probe(CallId call) {
  probe_ = call;
  state_ = State::open;
  ticks_left_ = open_ticks_;
}

bool Circuit::close() {
  probe_ = 0;
  window_ = {};
  sum_ = {};
  answered_ = 0;
  return std::exchange(state_, State::closed) != State::closed;
}

bool Circuit::tick(std::uint64_t failed) {
  count_tick(failed);
  switch (state_) {
    case State::closed:
      if (open_ticks_ == 0 || sum_.answered + sum_.failed < kFewest || sum_.failed < sum_.answered)
        return false;
      state_ = State::open;
      ticks_left_ = open_ticks_;
      return true;
    case State::open:
      if (--ticks_left_ > 0) return false;
      state_ = State::probing;
      return true;
    case State::probing:
      return false;
  }
  return false;
}

void Circuit::count_tick(std::uint64_t failed) {
  const Counts now{std::exchange(answered_, 0u),
                   static_cast<std::uint32_t>(failed - std::exchange(failed_before_, failed))};
  Counts& oldest = window_[next_];
  next_ = (next_ + 1) % window_ticks_;
  sum_.answered += now.answered - oldest.answered;
  sum_.failed += now.failed - oldest.failed;
  oldest = now;
}

}  // namespace shaddock::cluster
