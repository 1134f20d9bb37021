#pragma once

#include <shaddock/settings.h>

#include <cstddef>
#include <cstdint>

namespace shaddock::app {

// How many clients a process with so many descriptors may let in. The rest is for links to servers,
// logs, files, listeners, and for those who are told that there is no room. Of 0 descriptors, which
// is no limit or none that is known: 0, no limit.

// What a frontend takes that is told nothing: its part of 80 %, of which the process has so many.
std::size_t usual_connections(std::uint64_t descriptors, std::size_t frontends);

// What a frontend may be told to take: all but a fifth, or all but kKeptMost when that is more.
std::size_t most_connections(std::uint64_t descriptors);
inline constexpr std::uint64_t kKeptMost = 1024;

// What `limits.connections` says, and what it comes to.
struct ConnectionLimit {
  std::size_t wished = 0, effective = 0;
  bool cut() const { return effective != wished; }
};

// Cuts it to what so many descriptors allow; not where a listener speaks UDP, whose clients cost
// none.
ConnectionLimit fit_connections(Settings::Connector& connector, std::uint64_t descriptors);

}  // namespace shaddock::app
