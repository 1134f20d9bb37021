#pragma once
// What the bounds share: TCP connections on bare libuv that do as little as they can.
//
// One thread, one Turn per loop, every Stream belongs to it. The rules:
//  1. All streams of a loop read into one 256 KiB buffer. The consumer is shown the bytes where
//     they lie; only what it leaves (a package cut in two) is copied and kept with the stream.
//  2. append() only makes room in the stream's output buffer. In the check phase of the loop turn
//     each stream that has output writes it at once: uv_try_write, and uv_write for what the
//     kernel did not take.
//  3. Nothing is allocated per message: buffers keep their size.
//  4. A stream deletes itself after its `closed` was called, which happens exactly once.

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "websocket.h"

namespace shaddock::bench {

class Stream;

// The streams of one loop, and which of them have something to write.
class Turn {
 public:
  explicit Turn(uv_loop_t* loop);
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  uv_loop_t* loop() const { return loop_; }
  uv_buf_t read_buffer() {
    return uv_buf_init(read_buffer_.data(), static_cast<unsigned>(read_buffer_.size()));
  }
  void wants_to_write(Stream* stream) { writers_.push_back(stream); }

 private:
  void flush();

  uv_loop_t* loop_;
  uv_check_t check_;
  std::vector<Stream*> writers_;
  std::vector<char> read_buffer_;
};

// Bytes waiting to be written. Grows when it must and never shrinks.
class Output {
 public:
  char* append(std::size_t count) {
    if (bytes_.size() - used_ < count) bytes_.resize((used_ + count) * 2);
    char* at = bytes_.data() + used_;
    used_ += count;
    return at;
  }
  void drop_front(std::size_t count);
  void clear() { used_ = 0; }
  bool empty() const { return used_ == 0; }
  uv_buf_t view() { return uv_buf_init(bytes_.data(), static_cast<unsigned>(used_)); }

 private:
  std::vector<char> bytes_ = std::vector<char>(4096);
  std::size_t used_ = 0;
};

class Stream {
 public:
  // Returns how many bytes it used up; the rest is shown again, with what follows.
  using Consume = std::size_t (*)(Stream&, char* data, std::size_t size);
  using Notice = void (*)(Stream&);

  Stream(Turn& turn, void* owner, std::uint32_t index, Consume consume, Notice closed);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void accept_from(uv_stream_t* listener);
  void connect(int port, Notice connected);
  void close();

  // Room for `count` bytes, to be filled in before returning to the loop.
  char* append(std::size_t count) {
    if (!waiting_) {
      waiting_ = true;
      turn_.wants_to_write(this);
    }
    return output_.append(count);
  }

  // The same for one package, which gets a frame around it once the stream is a WebSocket.
  char* append_package(std::size_t count) {
    if (!websocket_) return append(count);
    return write_frame_head(append(frame_head_size(count) + count), count);
  }
  bool is_websocket() const { return websocket_; }
  void become_websocket() { websocket_ = true; }
  // The same as append(), for what can wait for the next write.
  char* hold(std::size_t count) { return output_.append(count); }
  // Writes what is held and then `shared`, in one gathered write, now.
  void write_with(uv_buf_t shared);

  template <class Owner>
  Owner& owner() const {
    return *static_cast<Owner*>(owner_);
  }
  std::uint32_t index() const { return index_; }

 private:
  friend class Turn;
  ~Stream() = default;

  bool can_write() const;
  void flush();
  void write_rest(std::size_t written);
  void start_reading();
  void received(char* data, std::size_t size);
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&tcp_); }

  Turn& turn_;
  void* owner_;
  std::uint32_t index_;
  Consume consume_;
  Notice closed_;
  Notice connected_ = nullptr;
  uv_tcp_t tcp_;
  uv_connect_t connecting_;
  uv_write_t writing_;
  Output output_;
  Output in_kernel_queue_;
  std::string unconsumed_;
  bool websocket_ = false;
  bool waiting_ = false;
  bool write_pending_ = false;
};

// Answers the handshake; whatever else is not data needs no answer.
void answer_control(Stream& client, unsigned type);

// Listens on loopback; returns the port (the kernel's choice for 0), or a negative libuv error.
int listen_on(uv_loop_t* loop, uv_tcp_t* listener, int port, uv_connection_cb accepted);

}  // namespace shaddock::bench
