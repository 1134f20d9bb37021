#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shaddock::net {

// What a server of the cluster has for itself: a process, a thread with a loop in the process of
// the master, or nothing, so that all servers share the master's loop.
enum class Isolation : std::uint8_t { process, thread, none };

// By the words of settings and of the command line.
inline std::optional<Isolation> parse_isolation(std::string_view word) {
  if (word == "process") return Isolation::process;
  if (word == "thread") return Isolation::thread;
  if (word == "none") return Isolation::none;
  return std::nullopt;
}

inline std::string_view to_string(Isolation isolation) {
  switch (isolation) {
    case Isolation::process:
      return "process";
    case Isolation::thread:
      return "thread";
    case Isolation::none:
      return "none";
  }
  return "unknown";
}

}  // namespace shaddock::net
