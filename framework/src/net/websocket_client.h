#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/websocket.h"

namespace shaddock::net {

class Random;
class Stream;

// The client's half of the upgrade that comes before WebSocket frames. The key is 16 random bytes
// in base64.
std::string websocket_request(std::string_view host, std::string_view path, std::string_view key);

// Reads what a server answers to it.
class UpgradeReply {
 public:
  enum class State { reading, accepted, refused };

  explicit UpgradeReply(std::string_view key);

  // Takes bytes of the head and returns how many: the frames behind it are left to the caller. Call
  // it while the state is reading. A head over 8 KiB is a refusal.
  std::size_t feed(std::string_view chunk);

  State state() const { return state_; }
  // 101 when accepted; 0 when what came is not HTTP.
  int status() const { return status_; }

 private:
  void judge();
  bool has_line(std::string_view name, std::string_view value) const;

  std::string accept_;
  std::string head_;
  State state_ = State::reading;
  int status_ = 0;
};

// What a client makes of a stream's bytes: the upgrade, then whole messages. Pings are answered
// here. Messages are written with write_masked_frame() (websocket_writer.h), once open.
//
//   asked --> open --> ended
//
// The stream is handed in with each call, so that it may end before this. After feed(), next() is
// called until it gives nothing; a payload is valid until the next call of either.
class WebSocketClient {
 public:
  struct Event {
    enum class Kind { open, message, ended };  // ended: the last one, the payload tells why
    Kind kind;
    std::string_view payload = {};
  };

  // Asks for the upgrade. A message of more than `longest` bytes is wrong.
  WebSocketClient(Stream& stream, Random& random, std::string_view host, std::string_view path,
                  std::size_t longest);

  void feed(std::span<char> chunk);
  std::optional<Event> next(Stream& stream);

  // Says good-bye, if it is open; closing the stream is the caller's.
  void close(Stream& stream);

 private:
  Event on_reply();
  std::optional<Event> on_control(Stream& stream, const WebSocketEvent& frame);
  Event end(std::string why);

  Random& random_;
  std::unique_ptr<UpgradeReply> reply_;  // until its verdict was given
  WebSocketReader frames_;
  std::string why_;
  bool ended_ = false;
};

}  // namespace shaddock::net
