#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/crypto_rsa.h"

namespace shaddock::server {

// Checks a body that a client of Pomelo signed (connectorConfig.useCrypto):
//
//   {"uid":"bob","n":1,"__crypto__":"4f3dbdb4..."}   ->   {"uid":"bob","n":1}
//
// The signature is over JSON.stringify of the body without it, in as many digits of hex as the
// modulus has. Servers of Pomelo took Chinese text (U+4E00 to U+9FA5) encoded to UTF-8 twice; so a
// client may have signed either.
//
// The answer is the text that was signed; nothing for a body that is not an object, not signed, or
// signed by somebody else.
std::optional<std::string> verified_body(const RsaPublicKey& key, std::string_view body);

}  // namespace shaddock::server
