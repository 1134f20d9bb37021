#pragma once

#include <shaddock/json.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "net/timer_wheel.h"

namespace shaddock::client {

// What a client keeps so that it can come back to its session after a drop: the server's token, how
// many DATA packages came, and those of its own that the server has not acknowledged. Both sides
// count from 1 at the session's beginning (docs/resume.md).
class SessionKeeper {
 public:
  // The value of "resume" in the handshake.
  std::string ask() const;
  // What the server answered under "resume"; nullptr: it does not offer it. True when the session
  // goes on: then unacknowledged() is to be sent again. Else it is a new one.
  bool on_answer(const Json* resume);
  bool can_come_back() const { return !token_.empty(); }
  net::Duration kept() const { return kept_; }

  // Numbers a package that is sent.
  std::uint64_t sent(std::string_view package);
  // The server has so many; more than were sent: false.
  [[nodiscard]] bool acknowledged(std::uint64_t count);
  [[nodiscard]] bool acknowledged_low(std::uint32_t count);
  const std::deque<std::string>& unacknowledged() const { return unacknowledged_; }

  // A package of the server with a body of that size; true when it is time to say so.
  bool received(std::size_t size);
  // A heartbeat that says how many came.
  std::string heartbeat();
  void forget();

 private:
  static constexpr std::uint64_t kTellAfter = 64;
  static constexpr std::size_t kTellAfterBytes = 16 * 1024;

  std::string token_;
  net::Duration kept_{0};
  std::uint64_t sent_ = 0, acknowledged_ = 0;
  std::deque<std::string> unacknowledged_;
  std::uint64_t received_ = 0, told_ = 0;
  std::size_t untold_bytes_ = 0;
};

}  // namespace shaddock::client
