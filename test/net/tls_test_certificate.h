#pragma once

#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include <string>

#include "net/tls_handles.h"

namespace shaddock::net {

// A self-signed certificate of a key of its own (EC P-256), made anew each time.
class TestCertificate {
 public:
  struct Wishes {
    std::string name = "localhost";
    long valid_from = -3600;  // seconds from now
    long valid_until = 3600;
  };

  TestCertificate() : TestCertificate(Wishes()) {}
  explicit TestCertificate(const Wishes& wishes)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509* x = certificate_.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), wishes.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(x), wishes.valid_until);
    X509_NAME* name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(wishes.name.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(x, name);
    X509_EXTENSION* also =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + wishes.name).c_str());
    X509_add_ext(x, also, -1);
    X509_EXTENSION_free(also);
    X509_set_pubkey(x, key_.get());
    REQUIRE(X509_sign(x, key_.get(), EVP_sha256()) != 0);
  }

  std::string certificate() const {
    const BioHandle out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate_.get());
    return text_of(out);
  }

  // With a password the key is locked.
  std::string key(const std::string& password = {}) const {
    const BioHandle out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(),
                                  password.empty() ? nullptr : EVP_aes_256_cbc(), password.data(),
                                  static_cast<int>(password.size()), nullptr, nullptr);
    return text_of(out);
  }

  std::string pkcs12(const std::string& password) const {
    PKCS12* made = PKCS12_create(password.c_str(), "test", key_.get(), certificate_.get(), nullptr,
                                 0, 0, 0, 0, 0);
    REQUIRE(made != nullptr);
    const BioHandle out(BIO_new(BIO_s_mem()));
    i2d_PKCS12_bio(out.get(), made);
    PKCS12_free(made);
    return text_of(out);
  }

 private:
  static std::string text_of(const BioHandle& memory) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }

  KeyHandle key_;
  CertificateHandle certificate_;
};

}  // namespace shaddock::net
