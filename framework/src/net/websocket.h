#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/buffer.h"
#include "base/inflate.h"
#include "net/utf8_stream.h"

namespace shaddock::net {

// The frames of RFC 6455, and those of permessage-deflate (RFC 7692), which have RSV1 in the first
// frame of a message:
//
//   | FIN RSV1-3 opcode | MASK length | 126: 2 bytes, 127: 8 bytes of length | mask | payload |
//
// Pure bytes. Writing is in websocket_writer.h and websocket_deflate.h, the upgrade before the
// first frame in http.h.
enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

namespace close_code {
inline constexpr int kNone = 0;  // a close frame without a code
inline constexpr int kNormal = 1000;
inline constexpr int kGoingAway = 1001;
inline constexpr int kProtocolError = 1002;
inline constexpr int kUnsupported = 1003;
inline constexpr int kInvalidText = 1007;
inline constexpr int kPolicy = 1008;
inline constexpr int kTooBig = 1009;
inline constexpr int kInternal = 1011;
inline constexpr int kTryLater = 1013;
}  // namespace close_code

struct WebSocketLimits {
  std::size_t message = 64 * 1024;  // all fragments together, and what they inflate to
  unsigned fragments = 128;
  unsigned empty_fragments = 16;
  bool text = true;    // else a text frame fails with 1003
  bool masked = true;  // what the peer must send: a client masks, a server does not
};

struct WebSocketEvent {
  enum class Kind {
    text,
    binary,  // a whole message
    ping,    // answer with a pong of the same payload
    pong,
    close,   // the last event: answer with the same code (payload: the reason)
    failed,  // the last event: close with this code
  };

  Kind kind;
  std::span<char> payload = {};
  int code = close_code::kNone;
};

// Cuts a stream of bytes into messages and control frames.
//
//   reader.feed(chunk);
//   while (auto event = reader.next()) ...
//
// Payloads are unmasked where they lie, in the chunk, and given as views into it; only what arrives
// in pieces is copied. A view is valid until the next call of next() or feed(), and only as long as
// the chunk. next() must be called until it gives nothing before the chunk dies and before the next
// feed(). Every cap is applied from the frame header; memory grows with the bytes that came. A
// deflated message is inflated when it is whole, so one being received costs only what came. How
// many control frames a peer may send is the caller's business.
class WebSocketReader {
 public:
  // With an inflater, which may serve many readers, permessage-deflate was agreed on.
  explicit WebSocketReader(const WebSocketLimits& limits = {}, Inflater* inflater = nullptr)
      : limits_(limits), inflater_(inflater) {}

  // After the last event nothing more is read.
  void feed(std::span<char> chunk) { chunk_ = done_ ? std::span<char>() : chunk; }
  std::optional<WebSocketEvent> next();

  // How much is here of a frame or message that is not whole, once next() gives nothing; 0: nothing
  // has begun.
  std::size_t unfinished() const {
    const std::size_t begun = in_payload_ || message_open_ ? 1 : 0;
    return header_size_ + begun + (message_given_ ? 0 : message_.size());
  }

 private:
  using Event = std::optional<WebSocketEvent>;
  enum class Step { more, ready, failed };

  void drop_given();
  Step read_header(Event& event);
  bool gather(std::size_t size);
  int judge_start() const;
  int judge_length(std::uint64_t length);
  std::uint64_t length_field() const;
  std::size_t longest() const;
  std::span<char> take_payload();
  Event on_control(std::span<char> piece);
  Event on_close(std::span<char> payload);
  Event on_data(std::span<char> piece);
  Event on_message(std::span<char> message);
  Event inflate(std::span<char> message);
  Event fail(int code);

  bool fin() const { return (header_[0] & 0x80) != 0; }
  Opcode opcode() const { return static_cast<Opcode>(header_[0] & 0x0F); }
  bool control() const { return (header_[0] & 0x08) != 0; }

  WebSocketLimits limits_;
  Inflater* inflater_;
  std::span<char> chunk_;
  std::array<std::uint8_t, 14> header_{};  // of the frame at hand, as far as it is here
  std::uint8_t header_size_ = 0;
  bool in_payload_ = false;
  bool message_open_ = false;  // fragments came, the last one did not
  bool message_text_ = false, message_deflated_ = false;
  bool message_given_ = false, control_given_ = false;  // dropped with the next call
  bool done_ = false;
  std::uint32_t mask_ = 0;       // turned so that it fits the next byte of the payload
  std::uint64_t remaining_ = 0;  // bytes of the payload still to come
  unsigned fragments_ = 0, empty_fragments_ = 0;
  Buffer message_;  // payload so far of a message in pieces
  Buffer control_;  // the same of a control frame, which may come between fragments
  Utf8Stream utf8_;
};

// XORs the bytes with the four of the mask, over and over, and returns the mask turned to fit the
// byte behind them. The mask is in memory order, as it stands in the frame.
std::uint32_t apply_mask(std::span<char> bytes, std::uint32_t mask);

// Whether a close frame may carry the code.
bool may_close_with(int code);

}  // namespace shaddock::net
