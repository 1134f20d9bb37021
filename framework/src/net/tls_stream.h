#pragma once

#include <memory>
#include <string>

#include "net/loop.h"
#include "net/stream.h"
#include "net/tls_context.h"
#include "net/tls_engine.h"

namespace shaddock::net {

// A stream inside another one: plain bytes towards its owner, TLS towards the peer. Which side of
// the handshake it plays follows from the context.
//
//   owner --output()--> queue_ --end of the turn: encrypt--> inner's queue --same turn--> kernel
//   owner <-on_bytes()- decrypt <----------------- inner.on_bytes() <------------------- kernel
//
// Nothing happens before set_events(). Until the handshake is done, what is written is kept, and
// queued() counts it. Who cares for a deadline looks at handshaken() when it has passed, and
// close()s. When the handshake or the cryptography fails the peer gets an alert; on_end() comes
// when that is written, as after close(), and failure() tells why.
//
// The end: close() says so to the peer (close_notify) after all that is queued. When the peer says
// so, what is queued is written and the stream closes. A peer that only closes the connection has
// ended, too: whether something is missing is for the protocols above to know.
class TlsStream final : public Stream, private StreamEvents {
 public:
  // `first_bytes` were read from the inner stream already, to find out that it is TLS.
  TlsStream(Loop& loop, std::unique_ptr<Stream> inner, std::shared_ptr<TlsContext> context,
            std::string_view first_bytes = {});
  ~TlsStream() override;

  void set_events(StreamEvents& events) override;
  void close(Duration limit) override;
  Address peer() const override { return inner_->peer(); }

  bool handshaken() const { return engine_.handshaken(); }
  // Why the connection failed: static text, empty while it has not.
  std::string_view failure() const { return engine_.failure(); }

 private:
  void on_bytes(std::span<char> bytes) override;
  void on_end() override;
  void on_drained() override;

  void schedule_flush() override;
  void flush();
  void encrypt_queue();
  void start();
  bool admit();
  void receive(std::string_view ciphertext);
  bool shake_hands();
  void deliver();
  void tell_drained_later();
  void fail();

  Loop& loop_;
  std::unique_ptr<Stream> inner_;
  TlsEngine engine_;
  StreamEvents* events_ = nullptr;
  std::shared_ptr<TlsStream*> self_;  // to null when the stream dies: for work that comes later
  std::string first_;                 // what came before the handshake could begin
  bool started_ = false;
  bool admitted_;         // the peer's hello may go to the engine
  bool held_ = false;     // output waits, or waited, for the end of the handshake
  bool closing_ = false;  // nothing more is read or written
};

}  // namespace shaddock::net
