#pragma once

#include <cstdint>
#include <optional>

#include "admin/messages.h"

// How a server becomes one of the cluster: what it and the master say to each other.
namespace shaddock::admin {

// By the link of the server itself, which proves id and incarnation.
struct RegisterMessage {
  int pid = 0;
  // Of one that was joined by hand: what servers.json says of others.
  std::optional<ServerMessage> entry{};
  std::optional<std::uint64_t> stop_limit{};  // milliseconds: how long it may take to stop
  static void fields(auto& m, auto&& f) {
    f("pid", m.pid);
    f("stopLimit", m.stop_limit);
    f("entry", m.entry);
  }
};

// Somebody wants to begin such a server. The answer gives it its incarnation; then it registers.
struct JoinMessage {
  ServerMessage server;
  int pid = 0;
  static void fields(auto& m, auto&& f) {
    f("server", m.server);
    f("pid", m.pid);
  }
};

struct AdmittedMessage {
  std::uint64_t incarnation = 0;
  static void fields(auto& m, auto&& f) { f("incarnation", m.incarnation); }
};

// What a join fails with when the id has an owner that lives.
inline constexpr int kIdTaken = 409;

}  // namespace shaddock::admin
