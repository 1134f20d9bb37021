#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <shaddock/function.h>

#include "net/loop.h"
#include "net/output_queue.h"

namespace shaddock::net {

struct Address {
  std::string host;  // numeric IPv4 or IPv6; names are resolved before
  int port = 0;
  bool operator==(const Address&) const = default;
};
std::string to_string(const Address& address);

// Receives what happens on a stream. Calls come on the loop's thread, never from inside a call of
// the stream itself, and none comes after on_end() or after the stream was destroyed. A call may
// destroy the stream.
class StreamEvents {
 public:
  // Bytes in a buffer shared by the whole loop: views die when the call returns. They may be
  // changed in place.
  virtual void on_bytes(std::span<char> bytes) = 0;
  // The peer closed (after all its bytes were given, and what was queued then is written), the
  // connection broke, or close() has finished.
  virtual void on_end() = 0;
  // The queue has run empty after it was not at the end of a flush. Optional.
  virtual void on_drained() {}

 protected:
  ~StreamEvents() = default;
};

// An open, reliable, ordered connection. Output is appended to a queue and written once per loop
// turn, all of it in one gathered write. Destroying the stream resets what is not yet written;
// close() writes it first.
class Stream {
 public:
  virtual ~Stream() = default;

  // Reading starts with the first call. The events object may be exchanged later (protocol
  // sniffing): whoever does so hands over the bytes it already has.
  virtual void set_events(StreamEvents& events) = 0;

  // For encoders: append to it, then nothing else is needed; the stream flushes at the end of the
  // turn.
  Buffer& output() {
    if (!scheduled_) schedule_flush();
    return queue_.buffer();
  }
  void write(std::string_view bytes) { output().append(bytes); }
  void write(const SharedBytes& bytes) {
    if (!scheduled_) schedule_flush();
    queue_.append(bytes);
  }

  // Bytes that the kernel has not taken yet.
  std::size_t queued() const {
    return queue_.size() + (below_ != nullptr ? below_->queued() : std::size_t{0});
  }

  // Bytes that it has taken, in all: whether a slow peer still reads.
  virtual std::uint64_t written() const {
    return below_ != nullptr ? below_->written() : queue_.consumed();
  }

  // Bytes that were ever written to it: where the next one stands.
  std::uint64_t position() const { return queue_.consumed() + queue_.size(); }

  // Writes what is queued, then closes; on_end() comes when it is done, or after `limit` at the
  // latest. Bytes that arrive meanwhile are dropped.
  virtual void close(Duration limit = Duration(2000)) = 0;
  virtual Address peer() const = 0;

  // For what must not fall silent: where the system can, what was lost on the way is sent again at
  // even intervals instead of ever longer ones.
  virtual void persist() {}
  // Destroying the stream now ends the connection at once for the peer as well. Without, the system
  // first sends what it has taken, again and again if nobody says that it has arrived.
  virtual void break_off() {}
  // Bytes of the peer are here and not given to on_bytes(). A stream that cannot tell says no.
  virtual bool unread() const { return below_ != nullptr && below_->unread(); }

 protected:
  virtual void schedule_flush() = 0;

  OutputQueue queue_;
  const Stream* below_ = nullptr;  // carries this one's bytes, if there is one (TLS)
  bool scheduled_ = false;
};

}  // namespace shaddock::net
