#pragma once

#include "net/network.h"
#include "net/uv_address.h"
#include "net/uv_loop.h"

namespace shaddock::net {

// A UDP socket on libuv. Reads four datagrams by one system call into the loop's memory, and at
// most 32 before others have their turn.
class UvDatagramSocket final : public DatagramSocket {
 public:
  static Result<std::unique_ptr<DatagramSocket>> open(UvLoop& loop, const Address& address,
                                                      OnDatagram on_datagram);
  ~UvDatagramSocket() override;
  UvDatagramSocket(const UvDatagramSocket&) = delete;
  UvDatagramSocket& operator=(const UvDatagramSocket&) = delete;

  Sent send(const PeerAddress& to, std::string_view bytes) override;
  Address address() const override;

 private:
  // What libuv holds until the handle is closed, so on_datagram may destroy the socket.
  struct Core {
    UvLoop& loop;
    OnDatagram on_datagram;
    bool closed = false;
    uv_udp_t udp{};
  };

  UvDatagramSocket(UvLoop& loop, OnDatagram on_datagram);
  int bind_and_receive(const SocketAddress& address);
  static void receive(Core& core, ssize_t size, const uv_buf_t& bytes, const sockaddr* from);

  Core* core_;
  bool ipv6_ = false;
};

}  // namespace shaddock::net
