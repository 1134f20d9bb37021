#include <algorithm>

#include "server/client.h"

namespace shaddock::server {

using net::TimePoint;
using net::close_code::kNormal;
using net::close_code::kPolicy;

namespace {

constexpr net::Duration kStalled{1000};

// A limit of 0 is none.
template <class Limit>
TimePoint after(TimePoint since, Limit limit) {
  return limit.count() > 0 ? since + limit : TimePoint::max();
}

}  // namespace

// One timer for all deadlines: it rings at the earliest and is then set to the next, so what only
// moves a deadline away, as every message does, costs nothing.
void Client::arm() {
  if (transport_.closing()) return;
  const TimePoint next = next_deadline();
  if (next == TimePoint::max()) return timer_.stop();
  if (timer_.active() && timer_.deadline() <= next) return;
  timer_.start(std::max(next - context_.loop.now(), net::Duration(1)));
}

void Client::limit_phase(std::chrono::milliseconds limit, Count when_late) {
  when_late_ = when_late;
  phase_deadline_ = after(context_.loop.now(), limit);
  timer_.stop();
  arm();
}

TimePoint Client::next_deadline() const {
  const TimePoint stalled = guard_.stalled_at().value_or(TimePoint::max());
  const TimePoint phase =
      working() ? std::min(silence_deadline(), login_deadline()) : phase_deadline_;
  return std::min({phase, body_deadline(), stalled});
}

TimePoint Client::silence_deadline() const {
  const Settings::Connector& settings = context_.settings;
  if (settings.heartbeat.count() == 0) return after(transport_.last_input(), settings.limits.idle);
  const auto limit =
      settings.heartbeat_timeout.count() > 0 ? settings.heartbeat_timeout : 2 * settings.heartbeat;
  return after(transport_.last_input(), limit);
}

// A package may take its grace, and from then on a second for each body_rate bytes that are here.
TimePoint Client::body_deadline() const {
  const Settings::Connector::Limits& limits = context_.settings.limits;
  if (transport_.unfinished() == 0 || limits.body_rate == 0) return TimePoint::max();
  const net::Duration earned(1000 * transport_.unfinished() / limits.body_rate);
  return after(transport_.unfinished_since(), std::max(limits.body_grace, earned));
}

TimePoint Client::login_deadline() const {
  if (!session_ || !session_->data.uid.empty()) return TimePoint::max();
  return after(working_since_, context_.settings.before_login.time);
}

void Client::on_time() {
  if (parked_) {
    context_.counters.add(Count::resume_expired);
    return end_parked();
  }
  const TimePoint now = context_.loop.now();
  guard_.watch(now, transport_.queued(), transport_.written());
  const TimePoint next = next_deadline();
  if (next > now) return arm();
  // A timer that rings this late means that we were stalled: what the client sent may lie unread.
  if (now - timer_.deadline() > kStalled) return timer_.start(kStalled);
  end_late(now);
}

void Client::end_late(TimePoint now) {
  if (working() && login_deadline() <= now) return end(Count::before_login, kPolicy);
  if (working() && silence_deadline() <= now) return drop(Count::silent, kNormal);
  if (body_deadline() <= now) return drop(Count::slow_body, kPolicy);
  if (working() || phase_deadline_ > now) return drop(Count::write_stalled, kPolicy);
  if (transport_.speaks_http()) transport_.write_http_error(408);
  drop(when_late_, kNormal);
}

}  // namespace shaddock::server
