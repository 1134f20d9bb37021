#include "net/tls_credentials.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <utility>

namespace shaddock::net {

namespace {

using Pkcs12Handle = std::unique_ptr<PKCS12, FreeWith<PKCS12_free>>;

Error wrong(std::string text) { return Error(code::kFailed, std::move(text)); }

struct Password {
  std::string_view text;
  bool asked = false;

  static int give(char* into, int room, int, void* self) {
    auto& password = *static_cast<Password*>(self);
    password.asked = true;
    if (password.text.empty() || password.text.size() > static_cast<std::size_t>(room)) return -1;
    std::memcpy(into, password.text.data(), password.text.size());
    return static_cast<int>(password.text.size());
  }
};

Result<KeyHandle> key_from_pem(std::string_view text, std::string_view password) {
  if (text.size() > INT_MAX) return wrong("is too large");
  Password given{password};
  ERR_clear_error();
  KeyHandle key(PEM_read_bio_PrivateKey(bio_over(text).get(), nullptr, Password::give, &given));
  if (key) return key;
  if (!given.asked) return wrong("holds no private key in PEM");
  return wrong(password.empty() ? "holds a locked key, and no password is given"
                                : "holds a key that the password does not open");
}

std::string to_string(const ASN1_TIME* time) {
  const BioHandle out(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(out.get(), time);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<TlsCredentials> checked(TlsCredentials made) {
  X509* certificate = made.certificate.get();
  ERR_clear_error();
  if (X509_check_private_key(certificate, made.key.get()) != 1) {
    return wrong("the key does not belong to the certificate");
  }
  const ASN1_TIME* first = X509_get0_notBefore(certificate);
  const ASN1_TIME* last = X509_get0_notAfter(certificate);
  if (X509_cmp_current_time(last) < 0) {
    return wrong("the certificate expired on " + to_string(last));
  }
  if (X509_cmp_current_time(first) > 0) {
    return wrong("the certificate is not valid before " + to_string(first));
  }
  return made;
}

}  // namespace

std::string_view openssl_reason() noexcept {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return reason != nullptr ? reason : "unknown reason";
}

Result<ChainHandle> certificates_from_pem(std::string_view text) {
  if (text.size() > INT_MAX) return wrong("is too large");
  const BioHandle bytes = bio_over(text);
  ChainHandle chain(sk_X509_new_null());
  Password none;
  ERR_clear_error();
  while (X509* next = PEM_read_bio_X509(bytes.get(), nullptr, Password::give, &none)) {
    sk_X509_push(chain.get(), next);
  }
  const int count = sk_X509_num(chain.get());
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return wrong("certificate " + std::to_string(count + 1) + " in it is damaged");
  if (count == 0) return wrong("holds no certificate in PEM");
  return chain;
}

Result<TlsCredentials> credentials_from_pem(std::string_view certificate, std::string_view key,
                                            std::string_view password) {
  auto chain = certificates_from_pem(certificate);
  if (!chain) return wrong("the certificate file " + chain.error().text);
  auto opened = key_from_pem(key, password);
  if (!opened) return wrong("the key file " + opened.error().text);
  CertificateHandle own(sk_X509_shift(chain->get()));
  return checked({std::move(*opened), std::move(own), std::move(*chain)});
}

Result<TlsCredentials> credentials_from_pkcs12(std::string_view bytes, std::string_view password) {
  ERR_clear_error();
  const Pkcs12Handle file(bytes.size() > INT_MAX ? nullptr
                                                 : d2i_PKCS12_bio(bio_over(bytes).get(), nullptr));
  if (!file) return wrong("the file is not PKCS#12");
  const std::string secret(password);
  if (PKCS12_verify_mac(file.get(), secret.c_str(), -1) != 1 &&
      !(secret.empty() && PKCS12_verify_mac(file.get(), nullptr, 0) == 1)) {
    return wrong(secret.empty() ? "the PKCS#12 file is locked, and no password is given"
                                : "the password does not open the PKCS#12 file");
  }
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* issuers = nullptr;
  ERR_clear_error();
  const bool parsed = PKCS12_parse(file.get(), secret.c_str(), &key, &certificate, &issuers) == 1;
  TlsCredentials made{KeyHandle(key), CertificateHandle(certificate), ChainHandle(issuers)};
  if (!parsed) {
    return wrong("the PKCS#12 file cannot be read (" + std::string(openssl_reason()) +
                 "); a file from an old program may have to be exported anew");
  }
  if (!made.key) return wrong("the PKCS#12 file holds no private key");
  if (!made.certificate) return wrong("the PKCS#12 file holds no certificate of its key");
  if (!made.issuers) made.issuers.reset(sk_X509_new_null());
  return checked(std::move(made));
}

}  // namespace shaddock::net
