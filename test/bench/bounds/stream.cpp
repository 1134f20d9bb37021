#include "stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "wire.h"

namespace shaddock::bench {

namespace {

constexpr std::size_t kReadBuffer = 256 * 1024;

Stream& stream_of(void* handle) {
  return *static_cast<Stream*>(static_cast<uv_handle_t*>(handle)->data);
}

sockaddr_in loopback(int port) {
  sockaddr_in address;
  uv_ip4_addr("127.0.0.1", port, &address);
  return address;
}

}  // namespace

Turn::Turn(uv_loop_t* loop) : loop_(loop), read_buffer_(kReadBuffer) {
  uv_check_init(loop_, &check_);
  check_.data = this;
  uv_check_start(&check_, [](uv_check_t* check) { static_cast<Turn*>(check->data)->flush(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
}

void Turn::flush() {
  for (Stream* stream : writers_) stream->flush();
  writers_.clear();
}

void Output::drop_front(std::size_t count) {
  std::memmove(bytes_.data(), bytes_.data() + count, used_ - count);
  used_ -= count;
}

Stream::Stream(Turn& turn, void* owner, std::uint32_t index, Consume consume, Notice closed)
    : turn_(turn), owner_(owner), index_(index), consume_(consume), closed_(closed) {
  uv_tcp_init(turn_.loop(), &tcp_);
  tcp_.data = this;
  connecting_.data = this;
  writing_.data = this;
}

void Stream::accept_from(uv_stream_t* listener) {
  if (uv_accept(listener, stream()) == 0) {
    start_reading();
  } else {
    close();
  }
}

void Stream::connect(int port, Notice connected) {
  connected_ = connected;
  const sockaddr_in address = loopback(port);
  const auto done = [](uv_connect_t* request, int status) {
    Stream& self = *static_cast<Stream*>(request->data);
    if (status == 0) {
      self.start_reading();
      self.connected_(self);
    } else {
      self.close();
    }
  };
  if (uv_tcp_connect(&connecting_, &tcp_, reinterpret_cast<const sockaddr*>(&address), done) != 0) {
    close();
  }
}

void Stream::close() {
  auto* handle = reinterpret_cast<uv_handle_t*>(&tcp_);
  if (uv_is_closing(handle)) return;
  uv_close(handle, [](uv_handle_t* closed) {
    Stream* self = &stream_of(closed);
    self->closed_(*self);
    delete self;
  });
}

void Stream::start_reading() {
  uv_tcp_nodelay(&tcp_, 1);
  const auto allocate = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    *buffer = stream_of(handle).turn_.read_buffer();
  };
  const auto read = [](uv_stream_t* handle, ssize_t count, const uv_buf_t* buffer) {
    Stream& self = stream_of(handle);
    if (count > 0) {
      self.received(buffer->base, static_cast<std::size_t>(count));
    } else if (count < 0) {
      self.close();
    }
  };
  uv_read_start(stream(), allocate, read);
}

void Stream::received(char* data, std::size_t size) {
  if (unconsumed_.empty()) {
    const std::size_t used = consume_(*this, data, size);
    if (used < size) unconsumed_.assign(data + used, size - used);
    return;
  }
  unconsumed_.append(data, size);
  unconsumed_.erase(0, consume_(*this, unconsumed_.data(), unconsumed_.size()));
}

bool Stream::can_write() const {
  return !write_pending_ && !uv_is_closing(reinterpret_cast<const uv_handle_t*>(&tcp_));
}

void Stream::flush() {
  waiting_ = false;
  if (!can_write() || output_.empty()) return;
  const uv_buf_t all = output_.view();
  const int written = uv_try_write(stream(), &all, 1);
  if (written == static_cast<int>(all.len)) {
    output_.clear();
  } else if (written >= 0 || written == UV_EAGAIN) {
    write_rest(static_cast<std::size_t>(std::max(written, 0)));
  } else {
    close();
  }
}

void Stream::write_with(uv_buf_t shared) {
  if (!can_write()) {
    std::memcpy(output_.append(shared.len), shared.base, shared.len);
    return;
  }
  const uv_buf_t both[] = {output_.view(), shared};
  const std::size_t all = both[0].len + shared.len;
  const unsigned skipped = output_.empty() ? 1 : 0;
  const int written = uv_try_write(stream(), both + skipped, 2 - skipped);
  if (written == static_cast<int>(all)) {
    output_.clear();
  } else if (written >= 0 || written == UV_EAGAIN) {
    std::memcpy(output_.append(shared.len), shared.base, shared.len);
    write_rest(static_cast<std::size_t>(std::max(written, 0)));
  } else {
    close();
  }
}

void Stream::write_rest(std::size_t written) {
  output_.drop_front(written);
  std::swap(output_, in_kernel_queue_);
  output_.clear();
  write_pending_ = true;
  const uv_buf_t rest = in_kernel_queue_.view();
  uv_write(&writing_, stream(), &rest, 1, [](uv_write_t* request, int status) {
    Stream& self = *static_cast<Stream*>(request->data);
    self.write_pending_ = false;
    if (status != 0) return self.close();
    if (!self.output_.empty()) self.append(0);
  });
}

void answer_control(Stream& client, unsigned type) {
  if (type != kHandshake) return;
  char* at = client.append_package(kHeader + kWelcome.size());
  write_bytes(write_header(at, kHandshake, kWelcome.size()), kWelcome);
}

int listen_on(uv_loop_t* loop, uv_tcp_t* listener, int port, uv_connection_cb accepted) {
  constexpr int kBacklog = 4096;
  const sockaddr_in address = loopback(port);
  uv_tcp_init(loop, listener);
  int status = uv_tcp_bind(listener, reinterpret_cast<const sockaddr*>(&address), 0);
  if (status == 0) status = uv_listen(reinterpret_cast<uv_stream_t*>(listener), kBacklog, accepted);
  sockaddr_in bound;
  int length = sizeof bound;
  if (status == 0) {
    status = uv_tcp_getsockname(listener, reinterpret_cast<sockaddr*>(&bound), &length);
  }
  return status == 0 ? ntohs(bound.sin_port) : status;
}

}  // namespace shaddock::bench
