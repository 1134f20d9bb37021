#include "net/uv_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace shaddock::net {

namespace {

constexpr std::size_t kPieces = 64;
constexpr Duration kLastWords{2000};
constexpr int kRtoMaxMs = 44;  // TCP_RTO_MAX_MS of Linux 6.15, which older headers do not have
constexpr std::size_t kHeldMost = 16 * 1024;  // by libuv: what it has written of it is still queued

struct Gathered {
  std::array<uv_buf_t, kPieces> pieces;
  unsigned count = 0;
  std::size_t bytes = 0;
};

void gather(const OutputQueue& queue, Gathered& out, std::size_t most) {
  std::array<std::string_view, kPieces> views;
  const std::size_t count = queue.gather(views);
  out.count = 0;
  out.bytes = 0;
  while (out.count < count && out.bytes < most) {
    const std::string_view piece = views[out.count].substr(0, most - out.bytes);
    // libuv only reads from it.
    out.pieces[out.count++] = {const_cast<char*>(piece.data()), piece.size()};
    out.bytes += piece.size();
  }
}

}  // namespace

void UvSocket::close(std::unique_ptr<UvSocket> socket, bool reset) noexcept {
  UvSocket* self = socket.release();
  self->stream = nullptr;
  self->tcp.data = self;
  const auto done = [](uv_handle_t* handle) { delete static_cast<UvSocket*>(handle->data); };
  if (reset && uv_tcp_close_reset(&self->tcp, done) == 0) return;
  uv_close(reinterpret_cast<uv_handle_t*>(&self->tcp), done);
}

UvStream::UvStream(UvLoop& loop, std::unique_ptr<UvSocket> socket)
    : loop_(loop), socket_(std::move(socket)), peer_(peer_address(&socket_->tcp)) {
  socket_->stream = this;
  socket_->tcp.data = socket_.get();
  uv_tcp_nodelay(&socket_->tcp, 1);
}

UvStream::~UvStream() {
  if (socket_) UvSocket::close(std::move(socket_), broken_off_ || !queue_.empty());
}

int UvStream::descriptor() const noexcept {
  uv_os_fd_t descriptor = -1;
  uv_fileno(reinterpret_cast<const uv_handle_t*>(&socket_->tcp), &descriptor);
  return descriptor;
}

// A kernel that does not know one of these goes without.
void UvStream::persist() {
  if (!socket_) return;
  const int on = 1, most = 1000;  // milliseconds, the least it takes
  ::setsockopt(descriptor(), IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, &on, sizeof on);
  ::setsockopt(descriptor(), IPPROTO_TCP, kRtoMaxMs, &most, sizeof most);
}

bool UvStream::unread() const {
  int count = 0;
  return socket_ && !peer_ended_ && ::ioctl(descriptor(), FIONREAD, &count) == 0 && count > 0;
}

void UvStream::set_events(StreamEvents& events) {
  events_ = &events;
  if (socket_) {
    start_reading();
  } else if (!told_end_ && !scheduled_) {
    schedule_flush();
  }
}

void UvStream::start_reading() noexcept {
  if (std::exchange(reading_, true)) return;
  const auto lend = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    const auto memory = static_cast<UvLoop*>(handle->loop->data)->read_memory();
    *buffer = {memory.data(), memory.size()};
  };
  uv_read_start(socket_->raw(), lend, [](uv_stream_t* handle, ssize_t count, const uv_buf_t*) {
    auto* stream = static_cast<UvSocket*>(handle->data)->stream;
    if (stream != nullptr && count != 0) stream->received(count);
  });
}

void UvStream::received(ssize_t count) noexcept {
  loop_.begin();
  if (count > 0) {
    if (!closing_) events_->on_bytes(loop_.read_memory().first(static_cast<std::size_t>(count)));
    return;
  }
  peer_ended_ = true;
  // It may have ended only its own direction, and still read what it asked for.
  if (count == UV_EOF && !closing_ && !queue_.empty()) return close(kLastWords);
  if (!closing_ || shut_ || count != UV_EOF) end();
}

void UvStream::schedule_flush() {
  scheduled_ = true;
  if (socket_ && queue_.empty()) queue_.provide(loop_.buffers().take(last_flush_));
  loop_.schedule(*this);
}

void UvStream::flush() noexcept {
  scheduled_ = false;
  if (!socket_ || shut_) {
    queue_.clear();
    if (!socket_) tell_end();
    return;
  }
  last_flush_ = static_cast<std::uint32_t>(std::min<std::size_t>(queue_.size(), UINT32_MAX));
  const int status = write_now();
  if (status == 0) {
    all_written();
  } else if (status == UV_EAGAIN) {
    write_later();
  } else {
    end();
  }
}

int UvStream::write_now() noexcept {
  Gathered output;
  while (!queue_.empty()) {
    gather(queue_, output, SIZE_MAX);
    const int taken = uv_try_write(socket_->raw(), output.pieces.data(), output.count);
    if (taken < 0) return taken;
    queue_.consume(static_cast<std::size_t>(taken));
    if (static_cast<std::size_t>(taken) < output.bytes) return UV_EAGAIN;
  }
  return 0;
}

void UvStream::write_later() noexcept {
  scheduled_ = true;
  waiting_ = true;
  queue_.pin();
  Gathered output;
  gather(queue_, output, kHeldMost);
  if (!socket_->writing) socket_->writing = std::make_unique<uv_write_t>();
  socket_->writing->data = reinterpret_cast<void*>(output.bytes);
  const auto done = [](uv_write_t* request, int status) {
    auto* stream = static_cast<UvSocket*>(request->handle->data)->stream;
    if (stream != nullptr) stream->written(status);
  };
  const int status =
      uv_write(socket_->writing.get(), socket_->raw(), output.pieces.data(), output.count, done);
  if (status != 0) end();
}

std::uint64_t UvStream::written() const {
  return queue_.consumed() + (waiting_ ? taken_of_held() : 0);
}

// Of what libuv holds, what the kernel has got; all of it once the write has failed.
std::size_t UvStream::taken_of_held() const {
  const auto held = reinterpret_cast<std::size_t>(socket_->writing->data);
  return held - uv_stream_get_write_queue_size(socket_->raw());
}

void UvStream::written(int status) noexcept {
  loop_.begin();
  if (status != 0) return end();
  queue_.consume(reinterpret_cast<std::size_t>(socket_->writing->data));
  if (queue_.empty()) {
    scheduled_ = false;
    all_written();
  } else {
    flush();
  }
}

void UvStream::all_written() noexcept {
  loop_.buffers().give(queue_.reclaim());
  const bool waited = std::exchange(waiting_, false);
  if (!closing_) {
    if (waited && events_ != nullptr) events_->on_drained();
    return;
  }
  if (peer_ended_) return end();
  // The peer's unread bytes would turn our close into a reset that may overtake what we wrote: so
  // say that no more is coming, and wait for the peer to do the same.
  shut_ = true;
  if (::shutdown(descriptor(), SHUT_WR) != 0) end();
}

void UvStream::close(Duration limit) {
  if (!socket_ || std::exchange(closing_, true)) return;
  close_limit_ = std::make_unique<Timer>(loop_.timers(), [this] { end(); });
  close_limit_->start(limit);
  start_reading();
  if (!scheduled_) schedule_flush();
}

void UvStream::end() noexcept {
  if (!socket_) return;
  if (waiting_) queue_.consume(taken_of_held());
  UvSocket::close(std::move(socket_), !queue_.empty());
  queue_.clear();
  if (std::exchange(waiting_, false)) scheduled_ = false;
  if (close_limit_) close_limit_->stop();
  tell_end();
}

void UvStream::tell_end() noexcept {
  if (events_ != nullptr && !std::exchange(told_end_, true)) events_->on_end();
}

}  // namespace shaddock::net
