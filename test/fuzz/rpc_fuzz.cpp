#include "cluster/frame_cutter.h"
#include "cluster/wire.h"
#include "cluster/wire_codec.h"
#include "cluster/wire_pack.h"
#include "fuzz/everything.h"
#include "fuzz/input.h"
#include "session/snapshot.h"

// Frames between servers: the same however the bytes are cut; what decodes encodes to the same
// frame; bodies of calls, errors and sessions are read without harm, and what is read can be sent.

using namespace shaddock;
using namespace shaddock::cluster;

namespace {

struct Targets {
  std::vector<SessionId> sessions;
  std::vector<std::string_view> uids;
  bool operator==(const Targets&) const = default;
};

Targets targets_of(const Frame& frame) {
  Targets all;
  PushTargets targets(frame.targets);
  for (auto batch = targets.next_sessions(); !batch.empty(); batch = targets.next_sessions())
    all.sessions.insert(all.sessions.end(), batch.begin(), batch.end());
  while (const auto uid = targets.next_uid()) all.uids.push_back(*uid);
  PushTargets only_uids(frame.targets);
  std::size_t uids = 0;
  while (only_uids.next_uid()) ++uids;
  fuzz::require(uids == all.uids.size(), "uids are found behind sessions that nobody asked for");
  return all;
}

void write(const Frame& frame, Buffer& out) {
  FrameWriter writer(out);
  const Targets targets = targets_of(frame);
  switch (frame.kind) {
    case FrameKind::request:
    case FrameKind::notify:
      writer.request({frame.call, frame.route, frame.session, frame.remaining_ms, frame.trace,
                      frame.settings, frame.coding});
      break;
    case FrameKind::answer:
      writer.answer(frame.call, frame.status);
      break;
    case FrameKind::call:
      writer.call(frame.call, frame.route, frame.remaining_ms, frame.trace);
      break;
    case FrameKind::push:
      writer.push({frame.scope, frame.route_name, targets.sessions, targets.uids, frame.protobuf});
      break;
    case FrameKind::closed:
      writer.closed(frame.session);
      break;
    case FrameKind::ping:
      writer.ping();
      break;
    case FrameKind::pong:
      writer.pong();
      break;
    case FrameKind::drain:
      writer.drain();
      break;
    case FrameKind::drained:
      writer.drained();
      break;
  }
  writer.body().append(frame.body);
  fuzz::require(writer.finish(), "a frame that came can be sent");
}

bool same(const Frame& a, const Frame& b) {
  return a.kind == b.kind && a.call == b.call && a.route == b.route && a.session == b.session &&
         a.remaining_ms == b.remaining_ms && a.trace == b.trace && a.status == b.status &&
         a.coding == b.coding && a.protobuf == b.protobuf && a.settings == b.settings &&
         a.scope == b.scope && a.route_name == b.route_name && targets_of(a) == targets_of(b) &&
         a.body == b.body;
}

void check_bodies(std::string_view body) {
  fuzz::Everything message;
  const Type& type = type_of<fuzz::Everything>();
  if (decode_msgpack(body, type, &message)) {
    Buffer one, two;
    encode_msgpack(type, &message, one);
    fuzz::Everything again;
    fuzz::require(decode_msgpack(one.view(), type, &again).ok(), "what is read can be sent");
    encode_msgpack(type, &again, two);
    fuzz::require(one.view() == two.view(), "and arrives as it was sent");
  }
  const Error error = decode_error(body, 500);
  Buffer out;
  encode_error(error, out);
  const Error same_error = decode_error(out.view(), 500);
  fuzz::require(same_error.code == error.code && same_error.text == error.text,
                "an error arrives as it was sent");
  if (const auto data = session::decode_snapshot(body)) {
    Buffer snapshot;
    session::encode_snapshot(*data, snapshot);
    fuzz::require(session::decode_snapshot(snapshot.view()).ok(), "a session can be sent on");
  }
}

// What is stepped over ends where a walk through it ends.
void check_steps(std::string_view bytes) {
  pack::Reader over(bytes), number(bytes);
  const bool whole = over.skip(32);
  fuzz::require(!whole || over.rest().size() < bytes.size(), "a value has at least one byte");
  std::int64_t value = 0;
  if (number.integer(value))
    fuzz::require(whole && number.rest() == over.rest(), "a number is as long as what is skipped");
}

std::string check_frame(std::string_view bytes) {
  const auto frame = decode_frame(bytes);
  if (!frame) return {};
  fuzz::require(bytes.ends_with(frame->body), "the body is the end of the frame");
  Buffer out;
  write(*frame, out);
  const auto again = decode_frame(out.view().substr(4));
  fuzz::require(again && same(*frame, *again), "decoding undoes encoding");
  check_bodies(frame->body);
  if (frame->kind == FrameKind::request) check_bodies(frame->settings);
  return std::string(out.view());
}

struct Heard {
  std::vector<std::string> frames;
  bool good = true;
  bool operator==(const Heard&) const = default;
};

Heard hear(std::string_view bytes, std::uint64_t seed) {
  Heard heard;
  FrameCutter cutter;
  fuzz::in_pieces(bytes, seed, [&](std::span<char> piece) {
    return heard.good = cutter.feed({piece.data(), piece.size()}, [&](std::string_view frame) {
      heard.frames.push_back(check_frame(frame));
      return true;
    });
  });
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  check_frame(bytes);
  check_bodies(bytes);
  check_steps(bytes);
  fuzz::require(hear(bytes, 0) == hear(bytes, fuzz::seed_of(bytes)),
                "the same frames come however they are cut");
  return 0;
}
