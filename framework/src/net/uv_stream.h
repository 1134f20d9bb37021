#pragma once

#include <uv.h>

#include <memory>

#include "net/stream.h"
#include "net/uv_address.h"
#include "net/uv_loop.h"

namespace shaddock::net {

class UvStream;

// The part of a stream that libuv holds: it lives until libuv says that the handle is closed, so
// the stream itself may go at any time.
struct UvSocket {
  uv_tcp_t tcp;
  UvStream* stream = nullptr;  // null: nobody is told anything any more
  std::unique_ptr<uv_write_t>
      writing{};  // made when the kernel's buffer was full for the first time

  // Starts the end of the socket; with `reset` the peer sees that something is missing.
  static void close(std::unique_ptr<UvSocket> socket, bool reset) noexcept;
  uv_stream_t* raw() noexcept { return reinterpret_cast<uv_stream_t*>(&tcp); }
};

// A TCP connection. What is queued goes out by uv_try_write once per phase of the loop. When the
// kernel takes no more, the queue is pinned and given to uv_write; the queue keeps those bytes
// until they are written, so queued() counts them. About 450 bytes while idle.
//
//   open --close()--> closing: flush --> shut: wait for the peer's end --> ended
//     \------------- end of the peer, error ------------------------------> ended
class UvStream final : public Stream, private Flushable {
 public:
  // Takes a connected socket.
  UvStream(UvLoop& loop, std::unique_ptr<UvSocket> socket);
  ~UvStream() override;

  void set_events(StreamEvents& events) override;
  void close(Duration limit) override;
  std::uint64_t written() const override;
  Address peer() const override { return to_address(peer_); }
  void persist() override;
  void break_off() override { broken_off_ = true; }
  bool unread() const override;

 private:
  void schedule_flush() override;
  void flush() noexcept override;
  int write_now() noexcept;
  void write_later() noexcept;
  void written(int status) noexcept;
  void all_written() noexcept;
  std::size_t taken_of_held() const;

  int descriptor() const noexcept;
  void start_reading() noexcept;
  void received(ssize_t count) noexcept;
  void end() noexcept;
  void tell_end() noexcept;

  UvLoop& loop_;
  std::unique_ptr<UvSocket> socket_;  // null: ended
  StreamEvents* events_ = nullptr;
  std::unique_ptr<Timer> close_limit_;
  SocketAddress peer_;
  std::uint32_t last_flush_ = 0;  // bytes, to lend a buffer of the right size next time
  bool reading_ = false;
  bool waiting_ = false;  // a uv_write is on its way; scheduled_ stays set
  bool closing_ = false;
  bool shut_ = false;
  bool peer_ended_ = false;
  bool told_end_ = false;
  bool broken_off_ = false;
};

}  // namespace shaddock::net
