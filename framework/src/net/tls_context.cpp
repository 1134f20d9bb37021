#include "net/tls_context.h"

#include <openssl/err.h>

#include <cstdlib>
#include <utility>

#include "net/tls_credentials.h"
#include "net/tls_engine.h"

namespace shaddock::net {

namespace {

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr long kTicketSeconds = 2 * 60 * 60;

// Browsers that offer HTTP/2 as well must be told that it is HTTP/1.1 here.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  constexpr std::string_view kOurs = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int status = SSL_select_next_proto(&found, chosen_size,
                                           reinterpret_cast<const unsigned char*>(kOurs.data()),
                                           kOurs.size(), offered, offered_size);
  *chosen = found;
  return status == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

TlsContext::TlsContext(bool is_client)
    : settings_(SSL_CTX_new(is_client ? TLS_client_method() : TLS_server_method())),
      transport_(TlsEngine::make_transport()),
      is_client_(is_client) {
  // Fails only without memory, or when OpenSSL lacks the ciphers; going on would lower the rules.
  if (settings_ == nullptr || transport_ == nullptr ||
      SSL_CTX_set_min_proto_version(settings_, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(settings_, kCiphers) != 1) {
    std::abort();
  }
  SSL_CTX_set_options(settings_, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(settings_, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(settings_, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(settings_, kTicketSeconds);
  SSL_CTX_set_num_tickets(settings_, 1);
  SSL_CTX_set_msg_callback(settings_, TlsEngine::count_message);
  if (!is_client) SSL_CTX_set_alpn_select_cb(settings_, choose_protocol, nullptr);
}

TlsContext::~TlsContext() {
  SSL_CTX_free(settings_);
  BIO_meth_free(transport_);
}

namespace {

Result<void> install(SSL_CTX* settings, Result<TlsCredentials> credentials) {
  if (!credentials) return std::move(credentials).error();
  ERR_clear_error();
  if (SSL_CTX_use_cert_and_key(settings, credentials->certificate.get(), credentials->key.get(),
                               credentials->issuers.get(), 1) != 1) {
    return Error(code::kFailed, "the certificate is refused: " + std::string(openssl_reason()));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::from_pem(std::string_view certificate,
                                                         std::string_view key,
                                                         std::string_view password) {
  std::shared_ptr<TlsContext> made(new TlsContext(false));
  auto installed = install(made->settings_, credentials_from_pem(certificate, key, password));
  if (!installed) return std::move(installed).error();
  return made;
}

Result<std::shared_ptr<TlsContext>> TlsContext::from_pkcs12(std::string_view bytes,
                                                            std::string_view password) {
  std::shared_ptr<TlsContext> made(new TlsContext(false));
  auto installed = install(made->settings_, credentials_from_pkcs12(bytes, password));
  if (!installed) return std::move(installed).error();
  return made;
}

Result<std::shared_ptr<TlsContext>> TlsContext::client(std::string_view trusted,
                                                       std::string server_name) {
  std::shared_ptr<TlsContext> made(new TlsContext(true));
  made->server_name_ = std::move(server_name);
  made->verifies_ = !trusted.empty();
  SSL_CTX_set_verify(made->settings_, made->verifies_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (!made->verifies_) return made;
  auto issuers = certificates_from_pem(trusted);
  if (!issuers) return Error(code::kFailed, "the trusted PEM text " + issuers.error().text);
  X509_STORE* store = SSL_CTX_get_cert_store(made->settings_);
  for (int i = 0; i < sk_X509_num(issuers->get()); ++i) {
    X509_STORE_add_cert(store, sk_X509_value(issuers->get(), i));
  }
  return made;
}

}  // namespace shaddock::net
