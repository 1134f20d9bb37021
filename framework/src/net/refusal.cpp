#include "net/refusal.h"

namespace shaddock::net {

bool nobody_listens(const Error& why, const Address& address, std::string_view own_host) {
  const bool on_this_machine =
      address.host == own_host || address.host == "::1" || address.host.starts_with("127.");
  return on_this_machine && why.text.ends_with("connection refused");
}

}  // namespace shaddock::net
