#pragma once

#include <shaddock/error.h>

#include <string>
#include <string_view>

#include "net/tls_handles.h"

namespace shaddock::net {

// What a server proves itself with: its key, its certificate, and those of the issuers. What is
// read from a file is checked here: the key belongs to the certificate, which is valid today. The
// errors say what is wrong in words; nobody is ever asked for a password on a terminal.
struct TlsCredentials {
  KeyHandle key;
  CertificateHandle certificate;
  ChainHandle issuers;
};

Result<TlsCredentials> credentials_from_pem(std::string_view certificate, std::string_view key,
                                            std::string_view password);
Result<TlsCredentials> credentials_from_pkcs12(std::string_view bytes, std::string_view password);

// All certificates of a PEM text, in its order; at least one.
Result<ChainHandle> certificates_from_pem(std::string_view text);

// The reason of OpenSSL's oldest pending error: static text, never empty.
std::string_view openssl_reason() noexcept;

}  // namespace shaddock::net
