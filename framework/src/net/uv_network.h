#pragma once

#include "net/network.h"
#include "net/uv_loop.h"

namespace shaddock::net {

// TCP and UDP by IPv4 and IPv6 on libuv.
class UvNetwork final : public Network {
 public:
  explicit UvNetwork(UvLoop& loop) : loop_(loop) {}

  Result<std::unique_ptr<Listener>> listen(const Address& address, OnAccept on_accept) override;
  std::unique_ptr<Connecting> connect(const Address& address, Duration limit,
                                      OnConnect on_connect) override;
  // As connect(), from that numeric host of this machine.
  std::unique_ptr<Connecting> connect_from(const std::string& source, const Address& address,
                                           Duration limit, OnConnect on_connect);
  Result<std::unique_ptr<DatagramSocket>> open_datagrams(const Address& address,
                                                         OnDatagram on_datagram) override;

 private:
  UvLoop& loop_;
};

}  // namespace shaddock::net
