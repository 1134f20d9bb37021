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
                                            std::size(window_))),
      ticks_(window_ticks_) {}

void Circuit::note_probe(CallId call) {
  probes_[next_probe_++ % probes_.size()] = call;
  state_ = State::open;
  ticks_left_ = open_ticks_;
}

bool Circuit::is_probe(CallId call) const {
  return std::find(probes_.begin(), probes_.end(), call) != probes_.end();
}

bool Circuit::close() {
  probes_ = {};
  window_ = {};
  sum_ = now_ = {};
  sources_ = {};
  return std::exchange(state_, State::closed) != State::closed;
}

void Circuit::note_failure(std::uint64_t source) {
  ++now_.failed;
  auto at = std::find_if(sources_.begin(), sources_.end(),
                         [source](const Source& one) { return one.id == source; });
  const auto older = [](const Source& one, const Source& other) { return one.tick < other.tick; };
  if (at == sources_.end()) at = std::min_element(sources_.begin(), sources_.end(), older);
  *at = {source, ticks_};
}

bool Circuit::many_failed() const {
  if (sum_.failed < sum_.answered) return false;
  return std::all_of(sources_.begin(), sources_.end(), [this](const Source& one) {
    return one.tick != 0 && ticks_ - one.tick <= window_ticks_;
  });
}

bool Circuit::tick() {
  count_tick();
  switch (state_) {
    case State::closed:
      if (open_ticks_ == 0 || !many_failed()) return false;
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

void Circuit::count_tick() {
  ++ticks_;
  Counts& oldest = window_[next_];
  sum_.answered += now_.answered - oldest.answered;
  sum_.failed += now_.failed - oldest.failed;
  oldest = std::exchange(now_, {});
  next_ = (next_ + 1) % window_ticks_;
}

}  // namespace shaddock::cluster
