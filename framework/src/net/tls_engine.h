#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "net/stream.h"
#include "net/tls_context.h"

struct bio_st;
struct ssl_st;

namespace shaddock::net {

// The cryptography of one TLS connection, as a machine without events: it is fed with ciphertext
// and asked for plain bytes; the ciphertext it makes (records, alerts, tickets) is appended to the
// stream below at once. Everything the peer sends is hostile: after the handshake it may send
// kMostLate handshake messages (key updates, attempts to renegotiate), then the connection fails.
class TlsEngine {
 public:
  enum class Status {
    done,
    starved,  // needs more ciphertext; all that was fed is used up
    closed,   // the peer said that it sends no more
    failed,   // for good; failure() says why, and an alert is written if the peer deserves one
  };
  struct Read {
    Status status;
    std::size_t count;  // may be more than 0 whatever the status
  };

  // Both live longer than the engine.
  TlsEngine(std::shared_ptr<TlsContext> context, Stream& below);
  ~TlsEngine();
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

  bool is_client() const { return context_->is_client_; }
  // The bytes must live until a call answered starved.
  void feed(std::string_view ciphertext) { incoming_ = ciphertext; }
  // Goes on with the handshake.
  Status shake_hands();
  bool handshaken() const { return handshaken_; }

  // After the handshake. read() gives as many plain bytes as there are and fit; done: there may be
  // more.
  Read read(std::span<char> into);
  Status write(std::string_view plain);
  void say_goodbye();  // close_notify

  // Static text; empty while nothing is wrong.
  std::string_view failure() const { return failure_; }
  void set_failure(std::string_view why) {
    if (failure_.empty()) failure_ = why;
  }

  static constexpr int kMostLate = 64;

 private:
  friend class TlsContext;
  static bio_method_st* make_transport();
  static int transport_write(bio_st* transport, const char* bytes, int count);
  static int transport_read(bio_st* transport, char* into, int room);
  static long transport_control(bio_st* transport, int command, long, void*);
  static void count_message(int is_ours, int version, int type, const void* bytes,
                            std::size_t count, ssl_st* machine, void*);

  Status judge(int result);

  std::shared_ptr<TlsContext> context_;
  Stream& below_;
  ssl_st* machine_;
  std::string_view incoming_;
  std::string_view failure_;
  int late_ = 0;  // what kMostLate limits
  bool handshaken_ = false;
};

}  // namespace shaddock::net
