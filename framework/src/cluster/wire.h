#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "cluster/wire_pack.h"

// Frames between two servers.
//
//    0             4
//    | length (BE) | header: one positional msgpack array | body: raw bytes |
//
// length counts header and body. The first item of the header is the kind; which items follow, each
// kind says:
//
//   request  [1, call, route, session, remaining ms, trace, coding, settings]
//   notify   [2, route, session, trace, coding, settings]    bodies of both: as the client sent it
//   answer   [3, call, status]            body: to a request the client's answer, to a call msgpack
//   call     [4, call, route, remaining ms, trace]                      body: msgpack
//   push     [5, scope, route name, protobuf, [session...], [uid...]]   body: JSON or protobuf
//   closed   [6, session]                 the session has ended on its frontend
//   ping     [7]        pong [8]
//   drain    [9]        drained [10]      of wire version 3 on; see Link::drain()
//
// settings is a msgpack bin; route name and uids are strings; all else are integers that are not
// negative. route is an index into the receiver's list (its HELLO): handlers for request and
// notify, remotes for call. call 0 wants no answer. trace 0 is none. Sessions are 64 bits:
// incarnation of the frontend and a counter. coding is a BodyCoding; protobuf 1 says that the body
// is that, 0 that it is JSON.
namespace shaddock::cluster {

inline constexpr std::size_t kMaxFrame = 8u << 20;

enum class FrameKind : std::uint8_t {
  request = 1,
  notify,
  answer,
  call,
  push,
  closed,
  ping,
  pong,
  drain,
  drained
};

using CallId = std::uint64_t;
using SessionId = std::uint64_t;
using RouteCode = std::uint32_t;

// Bits: whether the body of a client's message is protobuf, and whether the answer shall be. Each
// counts only where the route has a schema (the same on all servers); else it is JSON. They differ
// where a signed body is handed on as JSON. An answer that is an error is JSON whatever they say.
using BodyCoding = std::uint8_t;
inline constexpr BodyCoding kProtobufBody = 1, kProtobufAnswer = 2;

struct RequestHeader {
  CallId call = 0;  // 0: notify
  RouteCode route = 0;
  SessionId session = 0;
  std::uint32_t remaining_ms = 0;
  std::uint64_t trace = 0;
  std::string_view settings;  // the session's snapshot, encoded once and kept with the session
  BodyCoding coding = 0;
};

enum class PushScope : std::uint8_t { listed, all, bound };  // bound: all sessions that have a uid

struct PushHeader {
  PushScope scope = PushScope::listed;
  std::string_view route;
  std::span<const SessionId> sessions;
  std::span<const std::string_view> uids;
  bool protobuf = false;
};

// One decoded frame. Views point into the frame.
struct Frame {
  FrameKind kind;
  CallId call = 0;
  RouteCode route = 0;
  SessionId session = 0;
  std::uint32_t remaining_ms = 0;
  std::uint64_t trace = 0;
  int status = 0;
  BodyCoding coding = 0;
  std::string_view settings;
  PushScope scope = PushScope::listed;
  std::string_view route_name;
  bool protobuf = false;
  std::string_view targets;  // push: the two arrays, still encoded; read them with PushTargets
  std::string_view body;
};

// Walks the targets of a push without building lists.
class PushTargets {
 public:
  explicit PushTargets(std::string_view targets);
  // All of these first, as many at a time as fit, until there are none. Valid until the next call.
  std::span<const SessionId> next_sessions();
  std::optional<std::string_view> next_uid();

 private:
  static constexpr std::size_t kBatch = 64;

  std::array<SessionId, kBatch> batch_;
  std::string_view rest_;
  std::uint32_t sessions_left_ = 0;
  std::optional<std::uint32_t> uids_left_;
};

// Writes one frame: construct (reserves the length), write a header, append the body to `out`,
// finish().
//
//   FrameWriter frame(link.output());
//   frame.request(header);
//   frame.body().append(bytes);
//   frame.finish();
class FrameWriter {
 public:
  explicit FrameWriter(Buffer& out) : out_(out), start_(out.size()) {
    out_.reserve(kLength + kMostFixed);
    out_.commit(kLength);
  }
  void request(const RequestHeader& header);  // kind request, or notify when header.call is 0
  void answer(CallId call, int status);
  void call(CallId call, RouteCode route, std::uint32_t remaining_ms, std::uint64_t trace);
  void push(const PushHeader& header);
  void closed(SessionId session);
  void ping();
  void pong();
  void drain();
  void drained();
  Buffer& body() { return out_; }
  // False, and everything taken back, when the frame is longer than a peer accepts (kMaxFrame).
  bool finish() {
    const std::size_t length = out_.size() - start_ - kLength;
    if (length > kMaxFrame) return cancel(), false;
    pack::put_big_endian(out_.data() + start_, static_cast<std::uint32_t>(length));
    return true;
  }
  // Takes back what was written since the constructor.
  void cancel() { out_.truncate(start_); }

 private:
  static constexpr std::size_t kLength = 4;
  // Array, kind and at most six integers; strings and lists come on top.
  static constexpr std::size_t kMostFixed = 2 + 6 * pack::kMostNumber;

  Buffer& out_;
  std::size_t start_;
};

// nullopt: not a frame that this version knows; the link must be closed. `frame` is without the
// length.
std::optional<Frame> decode_frame(std::string_view frame);

// Half of all frames, so it has a way of its own. nullopt: it is another frame, or none.
struct AnswerFrame {
  CallId call;
  int status;
  std::string_view body;
  AnswerFrame(CallId call, int status, std::string_view body)
      : call(call), status(status), body(body) {}
};
std::optional<AnswerFrame> decode_answer(std::string_view frame);

}  // namespace shaddock::cluster
