#pragma once

#include "net/network.h"
#include "net/uv_address.h"
#include "net/uv_loop.h"

namespace shaddock::net {

// A listening TCP socket. When the process is out of descriptors, libuv itself accepts with one it
// keeps in reserve and closes at once, so a full process refuses clients instead of spinning.
class UvListener final : public Listener {
 public:
  static Result<std::unique_ptr<Listener>> open(UvLoop& loop, const Address& address,
                                                Network::OnAccept on_accept);
  ~UvListener() override;
  UvListener(const UvListener&) = delete;
  UvListener& operator=(const UvListener&) = delete;

  Address address() const override;

 private:
  // What libuv holds until the handle is closed, so on_accept may destroy the listener.
  struct Core {
    UvLoop& loop;
    Network::OnAccept on_accept;
    uv_tcp_t tcp{};
  };

  UvListener(UvLoop& loop, Network::OnAccept on_accept);
  int bind_and_listen(const SocketAddress& address);
  static void accept(Core& core);

  Core* core_;
};

}  // namespace shaddock::net
