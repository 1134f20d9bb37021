#include "net/uv_listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "net/uv_binding.h"
#include "net/uv_stream.h"

namespace shaddock::net {

namespace {

constexpr int kBacklog = 4096;  // the system cuts it to what it allows

// Without one a listener does well as long as there are others.
Descriptor open_reserve() { return Descriptor(::open("/", O_RDONLY | O_CLOEXEC)); }

bool bind_and_listen(int socket, const SocketAddress& address) {
  const int on = 1, off = 0;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.any.sa_family == AF_INET6)
    ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  // An address in use is reported by either of the two.
  return ::bind(socket, &address.any, sizeof address) == 0 && ::listen(socket, kBacklog) == 0;
}

// None when that fails; `status` says why, as libuv writes it.
Descriptor listen_on(const SocketAddress& address, int& status) {
  Descriptor socket(::socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.open() && bind_and_listen(socket.number(), address)) return socket;
  status = -errno;
  return Descriptor();
}

bool out_of_descriptors(int why) { return why == EMFILE || why == ENFILE; }
bool nobody_waits(int why) { return why == EAGAIN || why == EWOULDBLOCK; }
bool next_may_do(int why) { return why == EINTR || why == ECONNABORTED; }

}  // namespace

// What libuv holds until the handle is closed, so on_accept may destroy the listener.
class UvListener::Core {
 public:
  Core(UvLoop& loop, Descriptor socket, Network::OnAccept on_accept)
      : loop_(loop),
        on_accept_(std::move(on_accept)),
        socket_(std::move(socket)),
        reserve_(open_reserve()),
        rest_(loop.timers(), [this] { await(); }) {}

  int start();  // 0, or why not; then it is not libuv's
  void end() noexcept;
  Address address() const;

 private:
  void await() noexcept;
  void pause() noexcept;
  void accept_all() noexcept;
  Descriptor accept() noexcept;
  int refuse_all() noexcept;
  void take(Descriptor client) noexcept;

  UvLoop& loop_;
  Network::OnAccept on_accept_;
  Descriptor socket_;  // closed: it is over
  Descriptor reserve_;
  uv_poll_t poll_{};
  Timer rest_;
};

int UvListener::Core::start() {
  const int status = uv_poll_init(loop_.raw(), &poll_, socket_.number());
  if (status != 0) return status;
  poll_.data = this;
  await();
  return 0;
}

void UvListener::Core::end() noexcept {
  rest_.stop();
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_),
           [](uv_handle_t* handle) { delete static_cast<Core*>(handle->data); });
  socket_ = Descriptor();
}

void UvListener::Core::await() noexcept {
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int status, int) {
    Core& core = *static_cast<Core*>(handle->data);
    core.loop_.begin();
    status == 0 ? core.accept_all() : core.pause();
  });
}

void UvListener::Core::pause() noexcept {
  uv_poll_stop(&poll_);
  rest_.start(kPause);
}

void UvListener::Core::accept_all() noexcept {
  if (!reserve_.open()) reserve_ = open_reserve();
  while (socket_.open()) {
    if (Descriptor client = accept(); client.open()) {
      take(std::move(client));
      continue;
    }
    const int why = out_of_descriptors(errno) ? refuse_all() : errno;
    if (next_may_do(why)) continue;
    if (nobody_waits(why)) return;
    return pause();
  }
}

Descriptor UvListener::Core::accept() noexcept {
  return Descriptor(::accept4(socket_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

// Why it came to an end: when there was a reserve and nobody else took it, that nobody waits.
int UvListener::Core::refuse_all() noexcept {
  reserve_ = Descriptor();
  while (accept().open() || next_may_do(errno)) {
  }
  const int why = errno;
  reserve_ = open_reserve();
  return why;
}

void UvListener::Core::take(Descriptor client) noexcept {
  auto socket = std::make_unique<UvSocket>();
  uv_tcp_init(loop_.raw(), &socket->tcp);
  if (uv_tcp_open(&socket->tcp, client.number()) != 0)
    return UvSocket::close(std::move(socket), false);
  client.release();
  on_accept_(std::make_unique<UvStream>(loop_, std::move(socket)));
}

Address UvListener::Core::address() const {
  SocketAddress address{};
  socklen_t size = sizeof address;
  ::getsockname(socket_.number(), &address.any, &size);
  return to_address(address);
}

Result<std::unique_ptr<Listener>> UvListener::open(UvLoop& loop, const Address& address,
                                                   Network::OnAccept on_accept) {
  if (address.port < 0 || address.port > 65535) return bind_failure(address, UV_EINVAL);
  int status = 0;
  for (const SocketAddress& candidate : bind_candidates(loop.raw(), address, status)) {
    if (Descriptor socket = listen_on(candidate, status); socket.open()) {
      auto core = std::make_unique<Core>(loop, std::move(socket), std::move(on_accept));
      status = core->start();
      if (status != 0) break;
      return std::unique_ptr<Listener>(new UvListener(*core.release()));
    }
    if (status == UV_EADDRINUSE) break;
  }
  return bind_failure(address, status);
}

UvListener::~UvListener() { core_.end(); }

Address UvListener::address() const { return core_.address(); }

}  // namespace shaddock::net
