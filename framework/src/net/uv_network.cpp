#include "net/uv_network.h"

#include <utility>

#include "net/uv_connecting.h"
#include "net/uv_datagrams.h"
#include "net/uv_listener.h"

namespace shaddock::net {

Result<std::unique_ptr<Listener>> UvNetwork::listen(const Address& address, OnAccept on_accept) {
  return UvListener::open(loop_, address, std::move(on_accept));
}

std::unique_ptr<Connecting> UvNetwork::connect(const Address& address, Duration limit,
                                               OnConnect on_connect) {
  return std::make_unique<UvConnecting>(loop_, address, limit, std::move(on_connect));
}

std::unique_ptr<Connecting> UvNetwork::connect_from(const std::string& source,
                                                    const Address& address, Duration limit,
                                                    OnConnect on_connect) {
  return std::make_unique<UvConnecting>(loop_, address, limit, std::move(on_connect), source);
}

Result<std::unique_ptr<DatagramSocket>> UvNetwork::open_datagrams(const Address& address,
                                                                  OnDatagram on_datagram) {
  return UvDatagramSocket::open(loop_, address, std::move(on_datagram));
}

}  // namespace shaddock::net
