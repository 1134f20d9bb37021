#include "base/crypto_rsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <bit>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/crypto.h"

namespace shaddock {
namespace {

template <auto function>
struct FreeWith {
  template <class T>
  void operator()(T* thing) const noexcept {
    function(thing);
  }
};
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

// What fails in here must not show up in the thread's list of errors: TLS reads it.
class ErrorsForgotten {
 public:
  ErrorsForgotten() { ERR_set_mark(); }
  ~ErrorsForgotten() { ERR_pop_to_mark(); }
  ErrorsForgotten(const ErrorsForgotten&) = delete;
  ErrorsForgotten& operator=(const ErrorsForgotten&) = delete;
};

// Without memory there is nothing to go on with.
template <class T>
T needed(T made) {
  if (made == nullptr) std::abort();
  return made;
}

std::size_t bits_of(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const auto first = static_cast<unsigned char>(bytes.front());
  return bytes.size() * 8 - static_cast<std::size_t>(std::countl_zero(first));
}

const unsigned char* unsigned_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::optional<std::string> number_from_hex(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (text.size() > RsaPublicKey::kMostBits / 4) return std::nullopt;
  return hex_decode((text.size() % 2 == 0 ? "" : "0") + std::string(text));
}

Error bad_key(const char* why) { return Error(code::kBadMessage, std::string("RSA key: ") + why); }

EVP_PKEY* make_key(std::string_view modulus, std::uint64_t exponent) {
  const Number n(
      needed(BN_bin2bn(unsigned_bytes(modulus), static_cast<int>(modulus.size()), nullptr)));
  const Number e(needed(BN_new()));
  const ParamBuilder builder(needed(OSSL_PARAM_BLD_new()));
  const KeyContext context(needed(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)));
  if (BN_set_word(e.get(), exponent) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1 ||
      EVP_PKEY_fromdata_init(context.get()) != 1)
    return nullptr;
  const Params params(needed(OSSL_PARAM_BLD_to_param(builder.get())));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  return key;
}

}  // namespace

void RsaPublicKey::Free::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

Result<RsaPublicKey> RsaPublicKey::create(std::string_view modulus_hex, std::uint64_t exponent) {
  const auto modulus = number_from_hex(modulus_hex);
  if (!modulus) return bad_key("the modulus is no number in hex of at most 4096 bits");
  const std::size_t bits = bits_of(*modulus);
  if (bits < kLeastBits) return bad_key("the modulus has less than 512 bits");
  if ((modulus->back() & 1) == 0) return bad_key("the modulus is even");
  if (exponent < 3 || exponent % 2 == 0 || exponent > UINT32_MAX)
    return bad_key("the exponent is not odd, more than 1 and below 2^32");

  const ErrorsForgotten forgotten;
  Key key(make_key(*modulus, exponent));
  if (key == nullptr) return bad_key("refused");
  return RsaPublicKey(std::move(key), bits);
}

bool RsaPublicKey::verify_sha256(std::string_view text, std::string_view signature) const {
  const ErrorsForgotten forgotten;
  const DigestContext context(needed(EVP_MD_CTX_new()));
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1)
    return false;
  return EVP_DigestVerify(context.get(), unsigned_bytes(signature), signature.size(),
                          unsigned_bytes(text), text.size()) == 1;
}

}  // namespace shaddock
