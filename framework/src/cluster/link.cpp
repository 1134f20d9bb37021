#include "cluster/link.h"

#include <shaddock/error.h>

#include <limits>
#include <utility>

namespace shaddock::cluster {

namespace {

constexpr net::Duration kCloseLimit{500};
constexpr std::uint32_t kWireWithDrain = 3;

std::unordered_map<std::string_view, RouteCode> index_of(const std::vector<std::string>& routes) {
  std::unordered_map<std::string_view, RouteCode> index;
  index.reserve(routes.size());
  for (std::size_t i = 0; i < routes.size(); ++i)
    index.emplace(routes[i], static_cast<RouteCode>(i));
  return index;
}

std::optional<RouteCode> find_code(const std::unordered_map<std::string_view, RouteCode>& index,
                                   std::string_view route) {
  const auto found = index.find(route);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

LinkSettings lifted(LinkSettings settings) {
  for (std::size_t* limit : {&settings.calls, &settings.bytes})
    if (*limit == 0) *limit = std::numeric_limits<std::size_t>::max();
  return settings;
}

}  // namespace

Link::Link(net::Host& host, std::unique_ptr<net::Stream> stream, Identity peer,
           const LinkSettings& settings, Receiver& receiver, LinkOwner& owner)
    : loop_(host.loop),
      receiver_(receiver),
      owner_(owner),
      settings_(lifted(settings)),
      anchor_(std::make_shared<LinkHandle::Anchor>(LinkHandle::Anchor{this, std::move(peer)})),
      handlers_(index_of(anchor_->peer.handlers)),
      remotes_(index_of(anchor_->peer.remotes)),
      calls_(host.loop.timers(), [this](CallTag late) { circuit_.note_failure(late.a); }),
      tick_time_(settings_.ping_interval / 2),
      circuit_(tick_time_, settings_.circuit_open),
      pulse_timer_(host.loop.timers(), [this] { tick(); }),
      stream_(std::move(stream)) {}

Link::~Link() {
  state_ = State::resetting;
  anchor_->link = nullptr;
  calls_.fail_all(code::kServerLost);
}

void Link::start(std::string_view first) {
  pulse_timer_.start(tick_time_);
  stream_->persist();
  stream_->set_events(*this);
  feed(first);
}

std::optional<RouteCode> Link::handler_code(std::string_view route) const {
  return find_code(handlers_, route);
}

std::optional<RouteCode> Link::remote_code(std::string_view route) const {
  return find_code(remotes_, route);
}

Buffer& Link::output() {
  if (state_ == State::open && queued() > settings_.bytes &&
      queued() - settings_.bytes > settings_.bytes)
    reset("the queue is too long");
  wrote_ = true;
  if (state_ == State::open) return stream_->output();
  scrap_.clear();
  return scrap_;
}

void Link::on_bytes(std::span<char> bytes) { feed({bytes.data(), bytes.size()}); }

void Link::feed(std::string_view bytes) {
  silent_ticks_ = 0;
  if (suspected_) [[unlikely]]
    trust_again();
  if (state_ != State::open) return;
  const bool good = cutter_.feed(bytes, [this](std::string_view frame) { return take(frame); });
  if (!good && state_ == State::open) drop("the peer sent no frame");
}

bool Link::take(std::string_view bytes) {
  if (const auto answer = decode_answer(bytes)) {
    end_call(answer->call, answer->status, answer->body);
    return state_ == State::open;
  }
  const std::optional<Frame> frame = decode_frame(bytes);
  if (!frame) return false;
  switch (frame->kind) {
    case FrameKind::request:
    case FrameKind::notify:
      receiver_.on_request(*this, *frame);
      break;
    case FrameKind::call:
      receiver_.on_call(*this, *frame);
      break;
    case FrameKind::push:
      receiver_.on_push(*this, *frame);
      break;
    case FrameKind::closed:
      receiver_.on_session_closed(*this, frame->session);
      break;
    case FrameKind::answer:  // in a longer form than ours
      end_call(frame->call, frame->status, frame->body);
      break;
    case FrameKind::ping: {
      FrameWriter writer(output());
      writer.pong();
      writer.finish();
      break;
    }
    case FrameKind::pong:
      break;
    case FrameKind::drain: {
      draining_ = true;
      receiver_.on_drain(*this);
      receiver_.on_link_changed(*this);
      FrameWriter writer(output());
      writer.drained();
      writer.finish();
      break;
    }
    case FrameKind::drained:
      if (drain_ != Drain::told) return false;
      drain_ = Drain::acknowledged;
      receiver_.on_drain_heard(*this);
      break;
  }
  return state_ == State::open;
}

void Link::end_call(CallId call, int status, std::string_view body) {
  if (circuit_.note_answer(call)) [[unlikely]] {
    calls_.start_era();
    receiver_.on_link_changed(*this);
  }
  if (!calls_.end(call, {status, body, true})) ++counters_.late_answers;
}

void Link::part(net::Duration limit) {
  parted_ = true;
  parted_ticks_ = limit / tick_time_;
}

void Link::drain() {
  if (drain_ != Drain::no || peer().wire < kWireWithDrain) return;
  drain_ = Drain::told;
  FrameWriter writer(output());
  writer.drain();
  writer.finish();
}

void Link::on_end() { drop(state_ == State::open ? "the connection ended" : std::string(why_)); }

void Link::drop(std::string_view why) {
  state_ = State::resetting;
  lost_from_ = stream_->written();
  calls_.fail_all(code::kServerLost);
  owner_.on_link_lost(*this, why);
}

void Link::tick() {
  ++silent_ticks_;
  if (state_ != State::open) return;
  if ((silent_ticks_ - 1) * tick_time_ >= settings_.silence_limit) {
    stream_->break_off();  // it may hear us: then it is to know as soon as we do
    return drop("the peer is silent");
  }
  if (parted_ && !draining_ && --parted_ticks_ <= 0) return close("the peer was removed");
  if (!wrote_) {
    FrameWriter writer(output());
    writer.ping();
    writer.finish();
  }
  wrote_ = false;
  pulse_timer_.start(tick_time_);
  const bool silent = silent_ticks_ * tick_time_ >= settings_.suspect_limit;
  const bool fell_silent = silent && !std::exchange(suspected_, silent);
  if (circuit_.tick() || fell_silent) receiver_.on_link_changed(*this);
}

void Link::trust_again() {
  suspected_ = false;
  receiver_.on_link_changed(*this);
}

void Link::note_probe(CallId call) {
  circuit_.note_probe(call);
  receiver_.on_link_changed(*this);
}

int Link::refusal() const {
  if (state_ != State::open || suspected_) return code::kNoServer;
  if (draining_) return code::kDraining;
  return circuit_.open() ? code::kCircuitOpen : 0;
}

void Link::end(State state, std::string_view why) {
  if (state_ != State::open) return;
  state_ = state;
  why_ = why;
  loop_.defer([anchor = anchor_] {
    if (anchor->link != nullptr) anchor->link->finish();
  });
}

void Link::finish() {
  if (state_ == State::resetting) {
    drop(std::string(why_));
  } else {
    calls_.fail_all(code::kServerLost);
    stream_->close(kCloseLimit);
  }
}

}  // namespace shaddock::cluster
