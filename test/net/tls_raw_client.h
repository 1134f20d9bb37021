#pragma once

#include <string>
#include <string_view>

#include "net/tls_wire.h"

namespace shaddock::net {

// A client made with OpenSSL directly, so that it can be as old or as rude as a test needs.
class RawClient {
 public:
  RawClient() : settings_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_cipher_list(settings_, "ALL:@SECLEVEL=0");
  }
  ~RawClient() {
    SSL_free(ssl_);
    SSL_CTX_free(settings_);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  SSL_CTX* settings() { return settings_; }
  // The settings are final from the first call on.
  SSL* ssl() {
    if (ssl_ == nullptr) {
      ssl_ = SSL_new(settings_);
      SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
      SSL_set_connect_state(ssl_);
    }
    return ssl_;
  }

  // Plays all that both sides have to say, with the end of each turn in between.
  void play(HandLoop& loop, TlsEnd& server) {
    for (bool moved = true; moved && server.stream;) {
      char room[4096];
      const int count = SSL_read(ssl(), room, sizeof room);
      if (count > 0) text.append(room, static_cast<std::size_t>(count));
      const std::string ours = take();
      if (!ours.empty()) server.wire->give(ours);
      loop.end_turn();
      const std::string theirs = server.stream ? server.wire->take() : std::string();
      BIO_write(SSL_get_rbio(ssl()), theirs.data(), static_cast<int>(theirs.size()));
      moved = count > 0 || !ours.empty() || !theirs.empty();
    }
  }
  std::string take() {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl()), &bytes);
    std::string taken(bytes, static_cast<std::size_t>(size));
    BIO_reset(SSL_get_wbio(ssl()));
    return taken;
  }
  bool handshaken() { return SSL_is_init_finished(ssl()) == 1; }
  bool write(std::string_view bytes) {
    return SSL_write(ssl(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

  std::string text;  // all it was told

 private:
  SSL_CTX* settings_;
  SSL* ssl_ = nullptr;
};

}  // namespace shaddock::net
