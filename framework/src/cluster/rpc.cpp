#include "cluster/rpc.h"

#include <shaddock/error.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "cluster/wire_codec.h"

namespace shaddock::cluster {

namespace {

std::uint32_t remaining_ms(net::Duration limit) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(limit.count(), 1, kMost));
}

const char* reason_of(int status) {
  switch (status) {
    case code::kNoServer:
      return "the server is not there";
    case code::kShed:
      return "the link to the server is full";
    case code::kFailed:
      return "the server has no such remote";
    case code::kTooLarge:
      return "the argument is too large";
    case code::kTimeout:
      return "no answer before the deadline";
    case code::kServerLost:
      return "the server was lost";
    default:
      return "the call failed";
  }
}

}  // namespace

RpcClient::RpcClient(net::Loop& loop) : loop_(loop), alive_(std::make_shared<Alive>(Alive{this})) {}

RpcClient::~RpcClient() {
  alive_->client = nullptr;
  for (std::uint32_t place = 0; place < waiting_.size(); ++place) {
    if (!waiting_[place]->used) continue;
    if (Calls* const calls = waiting_[place]->link.calls()) calls->take_back(waiting_[place]->id);
    finish(place, Error(code::kServerLost, reason_of(code::kServerLost)));
  }
}

RpcClient::Waiting& RpcClient::add(Done done) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(waiting_.size()));
    waiting_.push_back(std::make_unique<Waiting>());
    waiting_.back()->place = free_.back();
    free_.reserve(waiting_.capacity());
  }
  Waiting& waiting = *waiting_[free_.back()];
  free_.pop_back();
  waiting.done = std::move(done);
  waiting.used = true;
  ++pending_;
  return waiting;
}

void RpcClient::call(Link* link, std::string_view route, const Type& type, const void* argument,
                     const RpcOptions& options, Done done) {
  const auto write = [&](Buffer& out) { encode_msgpack(type, argument, out); };
  start(link, route, write, options, std::move(done));
}

void RpcClient::call(Link* link, std::string_view route, std::string_view argument,
                     const RpcOptions& options, Done done) {
  start(
      link, route, [argument](Buffer& out) { out.append(argument); }, options, std::move(done));
}

template <class Write>
void RpcClient::start(Link* link, std::string_view route, Write write_argument,
                      const RpcOptions& options, Done done) {
  Waiting& waiting = add(std::move(done));
  if (link == nullptr || !link->open()) return end_later(waiting, code::kNoServer);
  if (link->overloaded()) return end_later(waiting, code::kShed);
  const auto code = link->remote_code(route);
  if (!code) return end_later(waiting, code::kFailed);
  send(waiting, *link, *code, write_argument, options);
}

template <class Write>
void RpcClient::send(Waiting& waiting, Link& link, RouteCode code, Write write_argument,
                     const RpcOptions& options) {
  waiting.link = link.handle();
  waiting.id = link.open_call(*this, {waiting.place, 0}, options.limit);
  FrameWriter frame(link.output());
  frame.call(waiting.id, code, remaining_ms(options.limit), options.trace);
  write_argument(frame.body());
  if (frame.finish()) return;
  link.calls().take_back(waiting.id);
  end_later(waiting, code::kTooLarge);
}

void RpcClient::notify(Link* link, std::string_view route, const Type& type, const void* argument,
                       std::uint64_t trace) {
  if (link == nullptr || link->overloaded()) return;
  const auto code = link->remote_code(route);
  if (!code) return;
  FrameWriter frame(link->output());
  frame.call(0, *code, 0, trace);
  encode_msgpack(type, argument, frame.body());
  frame.finish();
}

void RpcClient::end_later(Waiting& waiting, int status) {
  waiting.link = {};
  waiting.early_end = status;
  early_.push_back(waiting.place);
  if (early_.size() > 1) return;
  loop_.defer([alive = alive_] {
    if (alive->client != nullptr) alive->client->end_early();
  });
}

void RpcClient::end_early() {
  const std::shared_ptr<Alive> alive = alive_;
  const std::vector<std::uint32_t> ended = std::exchange(early_, {});
  for (const std::uint32_t place : ended) {
    if (alive->client == nullptr) return;
    const int status = waiting_[place]->early_end;
    finish(place, Error(status, reason_of(status)));
  }
}

void RpcClient::on_call_end(CallTag tag, const CallEnd& end) noexcept {
  const auto place = static_cast<std::uint32_t>(tag.a);
  if (end.status == code::kOk) return finish(place, end.body);
  if (!end.from_peer) return finish(place, Error(end.status, reason_of(end.status)));
  finish(place, decode_error(end.body, end.status));
}

void RpcClient::finish(std::uint32_t place, Result<std::string_view> result) {
  Waiting& waiting = *waiting_[place];
  Done done = std::exchange(waiting.done, {});
  waiting.link = {};
  waiting.used = false;
  free_.push_back(place);
  --pending_;
  done(std::move(result));
}

}  // namespace shaddock::cluster
