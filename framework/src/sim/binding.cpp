#include "sim/binding.h"

namespace shaddock::sim {

Result<Place> place_of(const Machine& machine, const net::Address& address) {
  if (address.port < 0 || address.port > 65535) return bind_failure(address, kInvalid);
  const auto ip = ip_of(address.host);
  if (!ip) return bind_failure(address, kUnknownName);
  if (!machine.has(*ip)) return bind_failure(address, kNotAvailable);
  return Place{*ip, static_cast<std::uint16_t>(address.port)};
}

}  // namespace shaddock::sim
