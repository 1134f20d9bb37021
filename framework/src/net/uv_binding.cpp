#include "net/uv_binding.h"

#include <string>

#include "net/network.h"

namespace shaddock::net {

std::vector<SocketAddress> bind_candidates(uv_loop_t* loop, const Address& address, int& status) {
  std::vector<SocketAddress> result;
  if (address.host.empty()) {
    result.push_back(*parse_numeric({"::", address.port}));
    result.push_back(*parse_numeric({"0.0.0.0", address.port}));
  } else if (auto numeric = parse_numeric(address)) {
    result.push_back(*numeric);
  } else {
    uv_getaddrinfo_t request;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;  // each address once
    const std::string port = std::to_string(address.port);
    status = uv_getaddrinfo(loop, &request, nullptr, address.host.c_str(), port.c_str(), &hints);
    if (status != 0) return result;
    for (auto* found = request.addrinfo; found != nullptr; found = found->ai_next) {
      result.push_back(copy_address(found->ai_addr));
    }
    uv_freeaddrinfo(request.addrinfo);
  }
  return result;
}

Error bind_failure(const Address& address, int status) {
  const bool taken = status == UV_EADDRINUSE;
  return Error(taken ? Network::kPortTaken : code::kFailed,
               "cannot listen on " + to_string(address) + ": " + uv_strerror(status));
}

}  // namespace shaddock::net
