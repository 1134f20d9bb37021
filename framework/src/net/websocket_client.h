#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shaddock::net {

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

}  // namespace shaddock::net
