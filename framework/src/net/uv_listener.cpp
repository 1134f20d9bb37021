#include "net/uv_listener.h"

#include <utility>

#include "net/uv_binding.h"
#include "net/uv_stream.h"

namespace shaddock::net {

namespace {

constexpr int kBacklog = 4096;  // the system cuts it to what it allows

}  // namespace

UvListener::UvListener(UvLoop& loop, Network::OnAccept on_accept)
    : core_(new Core{loop, std::move(on_accept)}) {
  uv_tcp_init(loop.raw(), &core_->tcp);
  core_->tcp.data = core_;
}

UvListener::~UvListener() {
  uv_close(reinterpret_cast<uv_handle_t*>(&core_->tcp),
           [](uv_handle_t* handle) { delete static_cast<Core*>(handle->data); });
}

Result<std::unique_ptr<Listener>> UvListener::open(UvLoop& loop, const Address& address,
                                                   Network::OnAccept on_accept) {
  if (address.port < 0 || address.port > 65535) return bind_failure(address, UV_EINVAL);
  int status = 0;
  for (const SocketAddress& candidate : bind_candidates(loop.raw(), address, status)) {
    std::unique_ptr<UvListener> listener(new UvListener(loop, std::move(on_accept)));
    status = listener->bind_and_listen(candidate);
    if (status == 0) return std::unique_ptr<Listener>(std::move(listener));
    on_accept = std::move(listener->core_->on_accept);
    if (status == UV_EADDRINUSE) break;
  }
  return bind_failure(address, status);
}

int UvListener::bind_and_listen(const SocketAddress& address) {
  const int status = uv_tcp_bind(&core_->tcp, &address.any, 0);
  if (status != 0) return status;
  // An address in use is reported by either of the two.
  return uv_listen(reinterpret_cast<uv_stream_t*>(&core_->tcp), kBacklog,
                   [](uv_stream_t* handle, int error) {
                     if (error == 0) accept(*static_cast<Core*>(handle->data));
                   });
}

void UvListener::accept(Core& core) {
  core.loop.begin();
  auto socket = std::make_unique<UvSocket>();
  uv_tcp_init(core.loop.raw(), &socket->tcp);
  if (uv_accept(reinterpret_cast<uv_stream_t*>(&core.tcp), socket->raw()) != 0) {
    return UvSocket::close(std::move(socket), false);
  }
  core.on_accept(std::make_unique<UvStream>(core.loop, std::move(socket)));
}

Address UvListener::address() const { return to_address(local_address(&core_->tcp)); }

}  // namespace shaddock::net
