#include "net/tls_engine.h"

#include <openssl/err.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "net/tls_credentials.h"

namespace shaddock::net {

// A transport of our own spares a copy and a buffer for each direction.
BIO_METHOD* TlsEngine::make_transport() {
  BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "shaddock stream");
  if (method == nullptr) return nullptr;
  BIO_meth_set_write(method, transport_write);
  BIO_meth_set_read(method, transport_read);
  BIO_meth_set_ctrl(method, transport_control);
  return method;
}

int TlsEngine::transport_write(BIO* transport, const char* bytes, int count) {
  auto& self = *static_cast<TlsEngine*>(BIO_get_data(transport));
  self.below_.write({bytes, static_cast<std::size_t>(count)});
  return count;
}

int TlsEngine::transport_read(BIO* transport, char* into, int room) {
  auto& self = *static_cast<TlsEngine*>(BIO_get_data(transport));
  BIO_clear_retry_flags(transport);
  const std::size_t count = std::min(self.incoming_.size(), static_cast<std::size_t>(room));
  if (count == 0 || self.late_ > kMostLate) {
    BIO_set_retry_read(transport);
    return -1;
  }
  std::memcpy(into, self.incoming_.data(), count);
  self.incoming_.remove_prefix(count);
  return static_cast<int>(count);
}

long TlsEngine::transport_control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

void TlsEngine::count_message(int is_ours, int, int type, const void*, std::size_t, SSL* machine,
                              void*) {
  if (is_ours != 0 || type != SSL3_RT_HANDSHAKE) return;
  auto& self = *static_cast<TlsEngine*>(SSL_get_app_data(machine));
  if (self.handshaken_) ++self.late_;
}

TlsEngine::TlsEngine(std::shared_ptr<TlsContext> context, Stream& below)
    : context_(std::move(context)), below_(below), machine_(SSL_new(context_->settings_)) {
  BIO* transport = BIO_new(context_->transport_);
  if (machine_ == nullptr || transport == nullptr) std::abort();  // no memory
  BIO_set_data(transport, this);
  BIO_set_init(transport, 1);
  SSL_set_bio(machine_, transport, transport);
  SSL_set_app_data(machine_, this);
  if (!context_->is_client_) {
    SSL_set_accept_state(machine_);
    return;
  }
  SSL_set_connect_state(machine_);
  if (context_->server_name_.empty()) return;
  SSL_set_tlsext_host_name(machine_, context_->server_name_.c_str());
  if (context_->verifies_) SSL_set1_host(machine_, context_->server_name_.c_str());
}

TlsEngine::~TlsEngine() { SSL_free(machine_); }

TlsEngine::Status TlsEngine::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(machine_);
  if (result != 1) return judge(result);
  handshaken_ = true;
  return Status::done;
}

TlsEngine::Read TlsEngine::read(std::span<char> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    std::size_t count = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(machine_, into.data() + filled, into.size() - filled, &count);
    if (result != 1) return {judge(result), filled};
    filled += count;
  }
  return {Status::done, filled};
}

TlsEngine::Status TlsEngine::write(std::string_view plain) {
  std::size_t written = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(machine_, plain.data(), plain.size(), &written);
  return result == 1 ? Status::done : judge(result);
}

void TlsEngine::say_goodbye() {
  ERR_clear_error();
  SSL_shutdown(machine_);
}

TlsEngine::Status TlsEngine::judge(int result) {
  const int error = SSL_get_error(machine_, result);
  if (error == SSL_ERROR_ZERO_RETURN) return Status::closed;
  if (error == SSL_ERROR_WANT_READ && late_ <= kMostLate) return Status::starved;
  const long verified = SSL_get_verify_result(machine_);
  if (late_ > kMostLate) {
    set_failure("too many handshake messages after the handshake");
  } else if (context_->verifies_ && verified != X509_V_OK) {
    set_failure(X509_verify_cert_error_string(verified));
  } else {
    set_failure(openssl_reason());
  }
  return Status::failed;
}

}  // namespace shaddock::net
