#include "cluster/remotes.h"

#include <algorithm>
#include <utility>

#include "cluster/wire_codec.h"

namespace shaddock::cluster {

IncomingCall::IncomingCall(Link& link, const Frame& frame)
    : link_(link.handle()),
      call_(frame.call),
      trace_(frame.trace),
      remaining_(frame.remaining_ms),
      body_(frame.body) {}

IncomingCall::~IncomingCall() {
  if (link_ && !answered_)
    fail(Error(code::kFailed, "the remote dropped the call without an answer"));
}

template <class Write>
bool IncomingCall::send(int status, Write write_body) {
  if (std::exchange(answered_, true) || call_ == 0) return true;
  Link* const link = link_.get();
  if (link == nullptr) return true;
  FrameWriter frame(link->output());
  frame.answer(call_, status);
  write_body(frame.body());
  return frame.finish();
}

void IncomingCall::on_end(Function<void(const Error*)> told) {
  told_ = std::make_unique<Function<void(const Error*)>>(std::move(told));
}

void IncomingCall::tell(const Error* error) {
  if (told_ && !answered_) (*std::exchange(told_, nullptr))(error);
}

void IncomingCall::answer(const Type& type, const void* value) {
  tell(nullptr);
  if (send(code::kOk, [&](Buffer& out) { encode_msgpack(type, value, out); })) return;
  answered_ = false;
  fail(Error(code::kFailed, "the answer is too large"));
}

void IncomingCall::answer() {
  tell(nullptr);
  send(code::kOk, [](Buffer&) {});
}

void IncomingCall::fail(const Error& error) {
  tell(&error);
  if (send(error.code, [&](Buffer& out) { encode_error(error, out); })) return;
  answered_ = false;
  send(code::kFailed, [](Buffer&) {});
}

void Remotes::add(std::string route, Body body) {
  const auto found = std::find(routes_.begin(), routes_.end(), route);
  if (found != routes_.end()) {
    bodies_[static_cast<std::size_t>(found - routes_.begin())] = std::move(body);
    return;
  }
  routes_.push_back(std::move(route));
  bodies_.push_back(std::move(body));
}

void Remotes::dispatch(IncomingCall call, RouteCode code) {
  if (code >= bodies_.size()) return call.fail(Error(code::kFailed, "there is no such remote"));
  if (call.wants_answer() && call.remaining() <= net::Duration(0))
    return call.fail(Error(code::kExpired, "the deadline had passed on arrival"));
  bodies_[code](std::move(call));
}

}  // namespace shaddock::cluster
