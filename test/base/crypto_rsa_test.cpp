#include "base/crypto_rsa.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "base/crypto.h"

using namespace shaddock;

namespace {

// The vector that a client of Pomelo and OpenSSL agree on.
constexpr std::string_view kModulus =
    "bb03273393a97ce85313aa2fd8b9267fd9731eec9a024e0ed7d5f3b103baef20"
    "cbf78beae7f9be0a9d0c0db95a24c6dd154302432282fadbc52378073acfb7b3";
constexpr std::string_view kText = R"({"uid":"bob","n":1})";
constexpr std::string_view kSignature =
    "4f3dbdb457c7a102d5347590e3c23437c9107fb0ea6d4a5a09bc4989749d946b"
    "263abe1bb737cedbe529e2e0af533ee8d617cd1ea0be87c9ebe074ca53d99566";

// An odd modulus of so many bits, in hex.
std::string modulus_of(std::size_t bits) {
  std::string digits(1, "1248"[(bits - 1) % 4]);
  digits.append((bits - 1) / 4, '0');
  digits.back() = '1';
  return digits;
}

bool accepted(std::string_view modulus, std::uint64_t exponent) {
  return RsaPublicKey::create(modulus, exponent).ok();
}

}  // namespace

TEST_CASE("A signature is that of its key over its text, and of no other") {
  const auto key = RsaPublicKey::create(kModulus, 65537).value();
  const std::string signature = hex_decode(kSignature).value();
  CHECK(key.modulus_bits() == 512);
  CHECK(key.signature_bytes() == 64);
  CHECK(key.verify_sha256(kText, signature));
  CHECK_FALSE(key.verify_sha256(R"({"uid":"bob","n":2})", signature));
  CHECK_FALSE(key.verify_sha256("", signature));
  CHECK_FALSE(RsaPublicKey::create(kModulus, 3).value().verify_sha256(kText, signature));

  std::string other(kModulus);
  REQUIRE(std::exchange(other[10], 'b') == 'a');
  CHECK_FALSE(RsaPublicKey::create(other, 65537).value().verify_sha256(kText, signature));
}

TEST_CASE("A signature with any bit changed, cut, longer or out of range is refused") {
  const auto key = RsaPublicKey::create(kModulus, 65537).value();
  const std::string signature = hex_decode(kSignature).value();
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string changed = signature;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    CHECK_FALSE(key.verify_sha256(kText, changed));
  }
  for (const std::string& wrong : {std::string(), signature.substr(1), signature.substr(0, 63),
                                   signature + '\0', '\0' + signature, std::string(64, '\0'),
                                   std::string(64, '\xFF'), hex_decode(kModulus).value()})
    CHECK_FALSE(key.verify_sha256(kText, wrong));
  CHECK(key.verify_sha256(kText, signature));
}

TEST_CASE("The size of a key and its exponent are bounded") {
  CHECK_FALSE(accepted(modulus_of(511), 65537));
  CHECK(accepted(modulus_of(512), 65537));
  CHECK(accepted(modulus_of(513), 65537));
  CHECK(accepted(modulus_of(4095), 65537));
  CHECK(accepted(modulus_of(4096), 65537));
  CHECK_FALSE(accepted(modulus_of(4097), 65537));
  CHECK_FALSE(accepted(std::string(1 << 20, 'f'), 65537));

  for (const std::uint64_t exponent : {std::uint64_t{3}, std::uint64_t{UINT32_MAX}})
    CHECK(accepted(kModulus, exponent));
  for (const std::uint64_t exponent :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{65536},
        std::uint64_t{1} << 32, (std::uint64_t{1} << 32) + 1, UINT64_MAX})
    CHECK_FALSE(accepted(kModulus, exponent));
}

TEST_CASE("The modulus is an odd number in hex, whatever zeros stand before it") {
  const std::string modulus(kModulus);
  CHECK(accepted("BB" + modulus.substr(2), 65537));
  CHECK(RsaPublicKey::create("000" + modulus, 65537).value().modulus_bits() == 512);
  CHECK(RsaPublicKey::create(modulus_of(1021), 3).value().signature_bytes() == 128);
  CHECK(RsaPublicKey::create(modulus_of(1017), 3).value().signature_bytes() == 128);
  CHECK(RsaPublicKey::create(modulus_of(1016), 3).value().signature_bytes() == 127);

  std::string even = modulus;
  even.back() = '2';
  for (const std::string& wrong : {even, std::string(), std::string(200, '0'), "0x" + modulus,
                                   '-' + modulus, modulus + ' ', modulus.substr(1) + 'g'})
    CHECK_FALSE(accepted(wrong, 65537));
}
