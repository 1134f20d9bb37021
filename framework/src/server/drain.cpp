#include "server/drain.h"

#include <algorithm>
#include <utility>

namespace shaddock::server {

namespace {

constexpr net::Duration kLook{10}, kSoon{1};
constexpr net::Duration kCutLimit{500};  // for what is cut off to be told so

}  // namespace

Drain::Drain(Parts parts) : parts_(std::move(parts)), timer_(parts_.timers, [this] { look(); }) {}

void Drain::start(const Settings::Stop& settings, Connector* connector, Function<void()> on_done) {
  connector_ = connector;
  on_done_ = std::move(on_done);
  spread_ = settings.spread;
  limit_ = parts_.timers.now() + settings.limit;
  parts_.endpoint.for_each([this](cluster::Link& link) { on_link(link); });
  timer_.start(kSoon);
}

void Drain::cut() {
  if (!on_done_ || step_ == Step::links) return;
  limit_ = std::min(limit_, parts_.timers.now());
  timer_.start(kSoon);
}

void Drain::on_link(cluster::Link& link) {
  if (link.peer().role == cluster::Role::server) link.drain();
}

void Drain::hurry() {
  if (on_done_) timer_.start(kSoon);
}

void Drain::look() {
  cut_ = parts_.timers.now() >= limit_;
  proceed();
}

void Drain::proceed() {
  switch (step_) {
    case Step::announced:
      if (!cut_ && waits_for_peers()) break;
      step_ = Step::clients;
      if (connector_ != nullptr) connector_->leave(spread_, [this] { hurry(); });
      [[fallthrough]];
    case Step::clients:
      if (!done_with_clients()) break;
      step_ = Step::work;
      [[fallthrough]];
    case Step::work:
      // A link that has come up meanwhile may have brought something before its peer heard of this.
      if (!cut_ && (waits_for_peers() || parts_.in_hand() != 0)) break;
      leave();
      [[fallthrough]];
    case Step::links:
      if (parts_.links() != 0 && parts_.timers.now() < limit_) break;
      done_ = true;
      timer_.stop();
      return std::exchange(on_done_, nullptr)();  // it may destroy this
  }
  timer_.start(kLook);
}

bool Drain::waits_for_peers() {
  bool waits = false;
  parts_.endpoint.for_each(
      [&waits](cluster::Link& link) { waits = waits || link.waits_for_drained(); });
  return waits;
}

bool Drain::done_with_clients() {
  if (connector_ == nullptr || connector_->clients() == 0) return true;
  if (!cut_) return false;
  connector_->close();
  return parts_.timers.now() >= limit_ + kCutLimit;
}

void Drain::leave() {
  step_ = Step::links;
  limit_ = parts_.timers.now() + kCutLimit + kLook;
  parts_.on_leaving();
  parts_.endpoint.retire("the server stops");
}

}  // namespace shaddock::server
