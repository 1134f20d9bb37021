#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace shaddock::server {

// What a server refuses, drops and ends, by reason. The names are what Server::counters() shows.
#define SHADDOCK_COUNTS(X)                                                                \
  X(accepted)            /* connections */                                                \
  X(refused_blocked)     /* by limits.blocked */                                          \
  X(refused_full)        /* limits.connections */                                         \
  X(refused_per_address) /* limits.per_address */                                         \
  X(refused_new)         /* limits.new_per_address */                                     \
  X(refused_pressed)     /* 92 % of limits.queued_all or limits.memory */                 \
  X(dropped_half_open)   /* the oldest without ack made room */                           \
  X(late_handshake)      /* limits.handshake, and TLS */                                  \
  X(late_ack)            /* limits.ack */                                                 \
  X(silent)              /* no heartbeat, or idle */                                      \
  X(slow_body)           /* limits.body_rate */                                           \
  X(write_stalled)       /* limits.write_stall */                                         \
  X(queue_full)          /* limits.queued */                                              \
  X(all_queues_full)     /* limits.queued_all, limits.memory */                           \
  X(malformed_package)   /* or message */                                                 \
  X(malformed_frame)     /* WebSocket, HTTP, PROXY header */                              \
  X(too_long)            /* package, WebSocket message, HTTP head, handshake */           \
  X(inflated_too_long)   /* a body that grows beyond limits.package */                    \
  X(tls_failed)                                                                           \
  X(control_flood)      /* limits.controls_per_second */                                  \
  X(message_flood)      /* closed after limits.message_burst refused messages in a row */ \
  X(refused_messages)   /* 429 by limits.messages_per_second */                           \
  X(refused_unanswered) /* 429 by limits.unanswered */                                    \
  X(refused_bodies)     /* 400: beyond limits.json_* or proto_*, or not what is read */   \
  X(shed_requests)      /* 503: the loop is late, see Settings::Overload */               \
  X(shed_notifies)      /* dropped for the same */                                        \
  X(shed_calls)         /* 503: of other servers to remotes, for the same */              \
  X(early_messages)     /* dropped before the ack */                                      \
  X(before_login)       /* closed by the budget before login */                           \
  X(handshake_refused)  /* 500 and 501 */                                                 \
  X(unknown_code)       /* a route code that the dictionary does not have */              \
  X(unsigned_messages)  /* dropped by use_crypto */                                       \
  X(dropped_pushes)     /* Settings::Connector::when_slow */                              \
  X(parked)             /* sessions whose connection dropped and that wait for it */      \
  X(resumed)            /* by a client that came back */                                  \
  X(resume_refused)     /* a token that is wrong, used or too late */                     \
  X(resume_expired)     /* connector.resume.keep */                                       \
  X(resume_overrun)     /* connector.resume.buffer or .bytes */                           \
  X(unproven_datagrams) /* no token, or a wrong one */                                    \
  X(dropped_datagrams)  /* of no session, or not one package */                           \
  X(unsent_datagrams)   /* that the system or an unproven address had no room for */

enum class Count : std::uint8_t {
#define X(name) name,
  SHADDOCK_COUNTS(X)
#undef X
};

inline constexpr std::string_view kCountNames[] = {
#define X(name) #name,
    SHADDOCK_COUNTS(X)
#undef X
};
#undef SHADDOCK_COUNTS

// Of one server, since it started. Loop thread only.
class Counters {
 public:
  void add(Count count) { ++values_[static_cast<std::size_t>(count)]; }
  std::uint64_t operator[](Count count) const { return values_[static_cast<std::size_t>(count)]; }
  // All of them, with their names.
  std::vector<std::pair<std::string_view, std::uint64_t>> values() const {
    std::vector<std::pair<std::string_view, std::uint64_t>> all;
    for (std::size_t i = 0; i < values_.size(); ++i) all.emplace_back(kCountNames[i], values_[i]);
    return all;
  }

 private:
  std::array<std::uint64_t, std::size(kCountNames)> values_{};
};

}  // namespace shaddock::server
