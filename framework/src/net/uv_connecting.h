#pragma once

#include <string>
#include <vector>

#include "net/network.h"
#include "net/uv_address.h"
#include "net/uv_loop.h"
#include "net/uv_stream.h"

namespace shaddock::net {

// A connection being made: look the name up unless it is numeric, then try the addresses in order
// until one answers, all within one limit. With a `source`, a numeric host of this machine, that is
// where it comes from; its port is chosen when the peer's address is known, so each peer can be
// met from all of the ports of each source.
class UvConnecting final : public Connecting {
 public:
  UvConnecting(UvLoop& loop, const Address& address, Duration limit, Network::OnConnect on_connect,
               const std::string& source = {});
  ~UvConnecting() override;
  UvConnecting(const UvConnecting&) = delete;
  UvConnecting& operator=(const UvConnecting&) = delete;

 private:
  // libuv holds them until their callbacks came, which is always; owner is null when we gave up.
  struct Lookup {
    UvConnecting* owner;
    uv_getaddrinfo_t request{};
  };
  struct Attempt {
    UvConnecting* owner;
    uv_connect_t request{};
  };

  int look_up();
  void found(int status, const addrinfo* list);
  void try_next();
  int attempt(const SocketAddress& address);
  int bind_to_source();
  void attempted(int status);
  void drop_attempt();
  void on_limit();

  UvLoop& loop_;
  const Address address_;
  const std::string source_;       // empty: the system chooses
  Network::OnConnect on_connect_;  // empty: has been called
  Timer limit_;
  std::vector<SocketAddress> left_;  // the next one to try is the last
  Lookup* lookup_ = nullptr;
  Attempt* attempt_ = nullptr;
  std::unique_ptr<UvSocket> socket_;
  int failure_;  // what to report when the limit is reached
};

}  // namespace shaddock::net
