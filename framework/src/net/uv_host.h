#pragma once

#include <memory>
#include <string>

#include "net/fine_timer.h"
#include "net/host.h"

namespace shaddock::net {

// The real world on libuv: one per thread, which alone uses and destroys it; another may have
// constructed it. It ignores SIGPIPE for the process. Streams, listeners and timers made with it
// must be destroyed before it.
class UvHost {
 public:
  UvHost();  // throws std::system_error when the system has no descriptors left for a loop
  ~UvHost();
  UvHost(const UvHost&) = delete;
  UvHost& operator=(const UvHost&) = delete;

  Host& host() noexcept;

  // What only the real world has, for tools that put a load on servers: a connection that comes
  // from a given host of this machine (uv_network.h), and a timer finer than those of the loop.
  std::unique_ptr<Connecting> connect_from(const std::string& source, const Address& address,
                                           Duration limit, Network::OnConnect on_connect);
  std::unique_ptr<FineTimer> fine_timer(Function<void()> on_time);  // throws as UvHost() does
  void stay_awake() noexcept;                                       // see uv_loop.h

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shaddock::net
