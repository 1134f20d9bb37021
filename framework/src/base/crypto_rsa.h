#pragma once

#include <shaddock/error.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

struct evp_pkey_st;

namespace shaddock {

// The public half of an RSA key that a peer showed: it proves who signed, and hides nothing. Made
// of hostile values, so all is bounded: the modulus is odd and has 512 to 4,096 bits, the exponent
// is odd, more than 1 and fits into 32 bits. Old clients have keys that are small by today's rules.
class RsaPublicKey {
 public:
  static constexpr std::size_t kLeastBits = 512, kMostBits = 4096;

  // The modulus is a number in hex, in letters of any size.
  static Result<RsaPublicKey> create(std::string_view modulus_hex, std::uint64_t exponent);

  std::size_t modulus_bits() const { return modulus_bits_; }
  std::size_t signature_bytes() const { return (modulus_bits_ + 7) / 8; }

  // Whether the signature (PKCS#1 v1.5 with SHA-256, signature_bytes() of them) is that key's over
  // the text.
  bool verify_sha256(std::string_view text, std::string_view signature) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const noexcept;
  };
  using Key = std::unique_ptr<evp_pkey_st, Free>;

  RsaPublicKey(Key key, std::size_t modulus_bits)
      : key_(std::move(key)), modulus_bits_(modulus_bits) {}

  Key key_;
  std::size_t modulus_bits_;
};

}  // namespace shaddock
