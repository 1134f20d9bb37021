#include "app/connection_limit.h"

#include <algorithm>

namespace shaddock::app {

std::size_t usual_connections(std::uint64_t descriptors, std::size_t frontends) {
  return descriptors / 5 * 4 / std::max<std::size_t>(frontends, 1);
}

std::size_t most_connections(std::uint64_t descriptors) {
  return descriptors - std::min((descriptors + 4) / 5, kKeptMost);
}

ConnectionLimit fit_connections(Settings::Connector& connector, std::uint64_t descriptors) {
  std::size_t& limit = connector.limits.connections;
  const std::size_t wished = limit;
  const bool udp = std::ranges::any_of(connector.listeners, [](const ListenerSettings& one) {
    return one.transport == ListenerSettings::Transport::udp;
  });
  if (!udp && descriptors != 0) limit = std::min(limit, most_connections(descriptors));
  return {wished, limit};
}

}  // namespace shaddock::app
