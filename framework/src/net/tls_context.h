#pragma once

#include <shaddock/error.h>

#include <memory>
#include <string>
#include <string_view>

struct bio_method_st;
struct ssl_ctx_st;

namespace shaddock::net {

// What all TLS connections of one side have in common: the certificate and the rules. Made once and
// shared; a connection keeps the one it began with.
//
// The rules: TLS 1.2 and 1.3; in 1.2 only ciphers with forward secrecy and authenticated encryption
// (ECDHE with AES-GCM or ChaCha20); no compression, no renegotiation, no early data. Sessions are
// resumed by one ticket that the client keeps, so a server remembers nothing. ALPN is answered with
// http/1.1 when the client offers it.
class TlsContext {
 public:
  // Server side. The certificate's PEM text begins with the server's own and goes on with those of
  // its issuers. The password is for a locked key, else empty.
  static Result<std::shared_ptr<TlsContext>> from_pem(std::string_view certificate,
                                                      std::string_view key,
                                                      std::string_view password = {});
  static Result<std::shared_ptr<TlsContext>> from_pkcs12(std::string_view bytes,
                                                         std::string_view password);
  // Client side. `trusted` (PEM) are the issuers to believe; without any, whoever answers is
  // believed. The name is sent to the server (SNI), and with `trusted` its certificate must be for
  // it.
  static Result<std::shared_ptr<TlsContext>> client(std::string_view trusted = {},
                                                    std::string server_name = {});

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class TlsEngine;
  explicit TlsContext(bool is_client);

  ssl_ctx_st* settings_;
  bio_method_st* transport_;  // how the engines of this context read and write
  bool is_client_;
  bool verifies_ = false;
  std::string server_name_;
};

}  // namespace shaddock::net
