#include "net/uv_datagrams.h"

#include <utility>

#include "net/uv_binding.h"

namespace shaddock::net {

namespace {

// One socket holds what a TCP port spreads over one socket for each client. The system cuts it to
// what it allows.
constexpr int kReceiveBuffer = 4 * 1024 * 1024;

uv_handle_t* handle_of(uv_udp_t& udp) { return reinterpret_cast<uv_handle_t*>(&udp); }

}  // namespace

UvDatagramSocket::UvDatagramSocket(UvLoop& loop, OnDatagram on_datagram)
    : core_(new Core{loop, std::move(on_datagram)}) {
  uv_udp_init_ex(loop.raw(), &core_->udp, AF_UNSPEC | UV_UDP_RECVMMSG);
  core_->udp.data = core_;
}

UvDatagramSocket::~UvDatagramSocket() {
  core_->closed = true;
  uv_udp_recv_stop(&core_->udp);
  uv_close(handle_of(core_->udp),
           [](uv_handle_t* handle) { delete static_cast<Core*>(handle->data); });
}

Result<std::unique_ptr<DatagramSocket>> UvDatagramSocket::open(UvLoop& loop, const Address& address,
                                                               OnDatagram on_datagram) {
  if (address.port < 0 || address.port > 65535) return bind_failure(address, UV_EINVAL);
  int status = 0;
  for (const SocketAddress& candidate : bind_candidates(loop.raw(), address, status)) {
    std::unique_ptr<UvDatagramSocket> socket(new UvDatagramSocket(loop, std::move(on_datagram)));
    status = socket->bind_and_receive(candidate);
    if (status == 0) return std::unique_ptr<DatagramSocket>(std::move(socket));
    on_datagram = std::move(socket->core_->on_datagram);
    if (status == UV_EADDRINUSE) break;
  }
  return bind_failure(address, status);
}

int UvDatagramSocket::bind_and_receive(const SocketAddress& address) {
  ipv6_ = address.any.sa_family == AF_INET6;
  if (const int status = uv_udp_bind(&core_->udp, &address.any, 0); status != 0) return status;
  int size = kReceiveBuffer;
  uv_recv_buffer_size(handle_of(core_->udp), &size);
  const auto lend = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    const auto memory = static_cast<Core*>(handle->data)->loop.read_memory();
    *buffer = {memory.data(), memory.size()};
  };
  return uv_udp_recv_start(
      &core_->udp, lend,
      [](uv_udp_t* handle, ssize_t size, const uv_buf_t* bytes, const sockaddr* from, unsigned) {
        receive(*static_cast<Core*>(handle->data), size, *bytes, from);
      });
}

// Without a sender it is no datagram: nothing more to read, or an error, which concerns one
// datagram and not the socket.
void UvDatagramSocket::receive(Core& core, ssize_t size, const uv_buf_t& bytes,
                               const sockaddr* from) {
  if (size < 0 || from == nullptr || core.closed) return;
  core.loop.begin();
  core.on_datagram(to_peer(copy_address(from)), {bytes.base, static_cast<std::size_t>(size)});
}

DatagramSocket::Sent UvDatagramSocket::send(const PeerAddress& to, std::string_view bytes) {
  const SocketAddress address = to_socket_address(to, ipv6_);
  if (address.any.sa_family == AF_UNSPEC) return Sent::dropped;
  // libuv only reads from it.
  const uv_buf_t buffer{const_cast<char*>(bytes.data()), bytes.size()};
  const int status = uv_udp_try_send(&core_->udp, &buffer, 1, &address.any);
  if (status >= 0) return Sent::sent;
  return status == UV_EMSGSIZE ? Sent::too_long : Sent::dropped;
}

Address UvDatagramSocket::address() const {
  sockaddr_storage storage{};
  int size = sizeof storage;
  if (uv_udp_getsockname(&core_->udp, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return to_address(copy_address(reinterpret_cast<const sockaddr*>(&storage)));
}

}  // namespace shaddock::net
