#include "net/uv_connecting.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace shaddock::net {

UvConnecting::UvConnecting(UvLoop& loop, const Address& address, Duration limit,
                           Network::OnConnect on_connect, const std::string& source)
    : loop_(loop),
      address_(address),
      source_(source),
      on_connect_(std::move(on_connect)),
      limit_(loop.timers(), [this] { on_limit(); }),
      failure_(UV_ETIMEDOUT) {
  limit_.start(limit);
  if (auto numeric = parse_numeric(address)) {
    left_.push_back(*numeric);
    try_next();
  } else if (const int status = look_up(); status != 0) {
    failure_ = status;
    limit_.start(Duration(0));
  }
}

UvConnecting::~UvConnecting() {
  drop_attempt();
  if (lookup_ == nullptr) return;
  lookup_->owner = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&lookup_->request));
}

int UvConnecting::look_up() {
  if (address_.port < 0 || address_.port > 65535) return UV_EINVAL;
  auto lookup = std::make_unique<Lookup>(Lookup{this});
  lookup->request.data = lookup.get();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  const auto done = [](uv_getaddrinfo_t* request, int status, addrinfo* list) {
    const std::unique_ptr<Lookup> self(static_cast<Lookup*>(request->data));
    if (self->owner != nullptr) self->owner->found(status, list);
    uv_freeaddrinfo(list);
  };
  const std::string port = std::to_string(address_.port);
  const int status = uv_getaddrinfo(loop_.raw(), &lookup->request, done, address_.host.c_str(),
                                    port.c_str(), &hints);
  if (status == 0) lookup_ = lookup.release();
  return status;
}

void UvConnecting::found(int status, const addrinfo* list) {
  loop_.begin();
  lookup_ = nullptr;
  if (!on_connect_) return;
  if (status != 0) failure_ = status;
  for (; list != nullptr; list = list->ai_next) left_.push_back(copy_address(list->ai_addr));
  std::reverse(left_.begin(), left_.end());
  try_next();
}

void UvConnecting::try_next() {
  while (!left_.empty()) {
    const SocketAddress address = left_.back();
    left_.pop_back();
    const int status = attempt(address);
    if (status == 0) return;
    failure_ = status;
  }
  // The limit's callback reports it, so that connect() never calls back from inside.
  limit_.start(Duration(0));
}

int UvConnecting::attempt(const SocketAddress& address) {
  socket_ = std::make_unique<UvSocket>();
  // A socket that is to be bound must be there at once.
  const unsigned family = source_.empty() ? AF_UNSPEC : address.any.sa_family;
  if (const int status = uv_tcp_init_ex(loop_.raw(), &socket_->tcp, family); status != 0) {
    socket_.reset();
    return status;
  }
  auto attempt = std::make_unique<Attempt>(Attempt{this});
  attempt->request.data = attempt.get();
  const auto done = [](uv_connect_t* request, int status) {
    const std::unique_ptr<Attempt> self(static_cast<Attempt*>(request->data));
    if (self->owner != nullptr) self->owner->attempted(status);
  };
  int status = bind_to_source();
  if (status == 0) {
    status = uv_tcp_connect(&attempt->request, &socket_->tcp, &address.any, done);
  }
  if (status == 0) {
    attempt_ = attempt.release();
  } else {
    drop_attempt();
  }
  return status;
}

int UvConnecting::bind_to_source() {
  if (source_.empty()) return 0;
  const auto source = parse_numeric({source_, 0});
  if (!source) return UV_EINVAL;
  uv_os_fd_t descriptor = -1;
  uv_fileno(reinterpret_cast<uv_handle_t*>(&socket_->tcp), &descriptor);
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return uv_tcp_bind(&socket_->tcp, &source->any, 0);
}

void UvConnecting::attempted(int status) {
  loop_.begin();
  attempt_ = nullptr;
  if (status == 0) {
    // A port without listener in the range for outgoing connections can be met by its own caller.
    const Address here = to_address(local_address(&socket_->tcp));
    if (here == to_address(peer_address(&socket_->tcp))) status = UV_ECONNREFUSED;
  }
  if (status != 0) {
    failure_ = status;
    drop_attempt();
    return try_next();
  }
  limit_.stop();
  auto call = std::move(on_connect_);
  call(std::unique_ptr<Stream>(std::make_unique<UvStream>(loop_, std::move(socket_))));
}

void UvConnecting::drop_attempt() {
  if (attempt_ != nullptr) std::exchange(attempt_, nullptr)->owner = nullptr;
  if (socket_) UvSocket::close(std::move(socket_), false);
}

void UvConnecting::on_limit() {
  drop_attempt();
  auto call = std::move(on_connect_);
  call(Error(code::kFailed,
             "cannot connect to " + to_string(address_) + ": " + uv_strerror(failure_)));
}

}  // namespace shaddock::net
