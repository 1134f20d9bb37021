#include "cluster/wire.h"

#include <algorithm>

#include "cluster/wire_pack.h"

namespace shaddock::cluster {

namespace {

using pack::Reader;

// Array and kind: the first two bytes of every header.
char* start_header(char* at, std::size_t items, FrameKind kind) {
  at = pack::put_array(at, items);
  *at++ = static_cast<char>(kind);
  return at;
}

// A coding that this build does not know would have its body misread.
bool read_coding(Reader& in, Frame& frame) {
  return in.number(frame.coding) && frame.coding <= (kProtobufBody | kProtobufAnswer);
}

bool read_request(Reader& in, Frame& frame) {
  return in.number(frame.call) && frame.call != 0 && in.number(frame.route) &&
         in.number(frame.session) && in.number(frame.remaining_ms) && in.number(frame.trace) &&
         read_coding(in, frame) && in.blob(frame.settings);
}

bool read_notify(Reader& in, Frame& frame) {
  return in.number(frame.route) && in.number(frame.session) && in.number(frame.trace) &&
         read_coding(in, frame) && in.blob(frame.settings);
}

bool read_answer(Reader& in, Frame& frame) {
  std::uint16_t status = 0;
  if (!in.number(frame.call) || !in.number(status)) return false;
  frame.status = status;
  return true;
}

bool read_call(Reader& in, Frame& frame) {
  return in.number(frame.call) && in.number(frame.route) && in.number(frame.remaining_ms) &&
         in.number(frame.trace);
}

// Both lists are walked here once, so that PushTargets meets only what is whole.
bool read_targets(Reader& in) {
  std::uint32_t items = 0;
  SessionId session = 0;
  std::string_view uid;
  if (!in.array(items)) return false;
  for (; items > 0; --items)
    if (!in.number(session)) return false;
  if (!in.array(items)) return false;
  for (; items > 0; --items)
    if (!in.text(uid)) return false;
  return true;
}

bool read_push(Reader& in, Frame& frame) {
  std::uint8_t scope = 0, protobuf = 0;
  if (!in.number(scope) || scope > static_cast<std::uint8_t>(PushScope::bound)) return false;
  frame.scope = static_cast<PushScope>(scope);
  if (!in.text(frame.route_name) || !in.number(protobuf) || protobuf > 1) return false;
  frame.protobuf = protobuf != 0;
  const char* const targets = in.position();
  if (!read_targets(in)) return false;
  frame.targets = {targets, static_cast<std::size_t>(in.position() - targets)};
  return true;
}

bool read_items(Reader& in, std::uint32_t items, Frame& frame) {
  switch (frame.kind) {
    case FrameKind::request:
      return items == 8 && read_request(in, frame);
    case FrameKind::notify:
      return items == 6 && read_notify(in, frame);
    case FrameKind::answer:
      return items == 3 && read_answer(in, frame);
    case FrameKind::call:
      return items == 5 && read_call(in, frame);
    case FrameKind::push:
      return items == 6 && read_push(in, frame);
    case FrameKind::closed:
      return items == 2 && in.number(frame.session);
    case FrameKind::ping:
    case FrameKind::pong:
    case FrameKind::drain:
    case FrameKind::drained:
      return items == 1;
  }
  return false;
}

}  // namespace

PushTargets::PushTargets(std::string_view targets) : rest_(targets) {
  Reader in(rest_);
  if (!in.array(sessions_left_)) sessions_left_ = 0;
  rest_ = in.rest();
}

std::span<const SessionId> PushTargets::next_sessions() {
  const std::size_t most = std::min<std::size_t>(sessions_left_, kBatch);
  Reader in(rest_);
  std::size_t read = 0;
  while (read < most && in.number(batch_[read])) ++read;
  const bool whole = read == most;
  sessions_left_ = whole ? sessions_left_ - static_cast<std::uint32_t>(read) : 0;
  rest_ = whole ? in.rest() : std::string_view();
  return {batch_.data(), read};
}

std::optional<std::string_view> PushTargets::next_uid() {
  while (!next_sessions().empty()) {
  }
  Reader in(rest_);
  if (!uids_left_) {
    std::uint32_t uids = 0;
    uids_left_ = in.array(uids) ? uids : 0;
  }
  std::string_view uid;
  if (*uids_left_ == 0 || !in.text(uid)) return uids_left_ = 0, std::nullopt;
  --*uids_left_;
  rest_ = in.rest();
  return uid;
}

void FrameWriter::request(const RequestHeader& header) {
  char* const room = out_.reserve(kMostFixed + pack::kMostLength + header.settings.size());
  const bool answered = header.call != 0;
  char* at =
      start_header(room, answered ? 8 : 6, answered ? FrameKind::request : FrameKind::notify);
  if (answered) at = pack::put_number(at, header.call);
  at = pack::put_number(at, header.route);
  at = pack::put_number(at, header.session);
  if (answered) at = pack::put_number(at, header.remaining_ms);
  at = pack::put_number(at, header.trace);
  at = pack::put_number(at, header.coding);
  at = pack::put_blob(at, header.settings);
  out_.commit(static_cast<std::size_t>(at - room));
}

void FrameWriter::answer(CallId call, int status) {
  char* const room = out_.reserve(kMostFixed);
  char* at = start_header(room, 3, FrameKind::answer);
  at = pack::put_number(at, call);
  at = pack::put_number(at, static_cast<std::uint16_t>(status));
  out_.commit(static_cast<std::size_t>(at - room));
}

void FrameWriter::call(CallId call, RouteCode route, std::uint32_t remaining_ms,
                       std::uint64_t trace) {
  char* const room = out_.reserve(kMostFixed);
  char* at = start_header(room, 5, FrameKind::call);
  at = pack::put_number(at, call);
  at = pack::put_number(at, route);
  at = pack::put_number(at, remaining_ms);
  at = pack::put_number(at, trace);
  out_.commit(static_cast<std::size_t>(at - room));
}

void FrameWriter::push(const PushHeader& header) {
  std::size_t most = kMostFixed + 3 * pack::kMostLength + header.route.size() +
                     header.sessions.size() * pack::kMostNumber;
  for (const std::string_view uid : header.uids) most += pack::kMostLength + uid.size();
  char* const room = out_.reserve(most);
  char* at = start_header(room, 6, FrameKind::push);
  at = pack::put_number(at, static_cast<std::uint8_t>(header.scope));
  at = pack::put_text(at, header.route);
  at = pack::put_number(at, header.protobuf ? 1 : 0);
  at = pack::put_array(at, header.sessions.size());
  for (const SessionId session : header.sessions) at = pack::put_number(at, session);
  at = pack::put_array(at, header.uids.size());
  for (const std::string_view uid : header.uids) at = pack::put_text(at, uid);
  out_.commit(static_cast<std::size_t>(at - room));
}

void FrameWriter::closed(SessionId session) {
  char* const room = out_.reserve(kMostFixed);
  char* const at = pack::put_number(start_header(room, 2, FrameKind::closed), session);
  out_.commit(static_cast<std::size_t>(at - room));
}

void FrameWriter::ping() { out_.append({"\x91\x07", 2}); }

void FrameWriter::pong() { out_.append({"\x91\x08", 2}); }

void FrameWriter::drain() { out_.append({"\x91\x09", 2}); }

void FrameWriter::drained() { out_.append({"\x91\x0a", 2}); }

// Filled where the caller will have it: copying what was just written piece by piece costs more
// than all of the rest.
std::optional<Frame> decode_frame(std::string_view bytes) {
  std::optional<Frame> frame(std::in_place);
  Reader in(bytes);
  std::uint32_t items = 0;
  std::uint8_t kind = 0;
  if (in.array(items) && in.number(kind)) {
    frame->kind = static_cast<FrameKind>(kind);
    if (read_items(in, items, *frame)) {
      frame->body = in.rest();
      return frame;
    }
  }
  frame.reset();
  return frame;
}

std::optional<AnswerFrame> decode_answer(std::string_view bytes) {
  std::optional<AnswerFrame> answer;
  constexpr std::string_view kStart("\x93\x03", 2);
  if (!bytes.starts_with(kStart)) return answer;
  Reader in(bytes.substr(kStart.size()));
  std::uint64_t call = 0;
  std::uint16_t status = 0;
  if (!in.number(call) || !in.number(status)) return answer;
  answer.emplace(call, status, in.rest());
  return answer;
}

}  // namespace shaddock::cluster
