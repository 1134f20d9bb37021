#include "server/signed_body.h"

#include <shaddock/error.h>
#include <shaddock/json.h>

#include "base/crypto.h"
#include "base/json_stringify.h"
#include "base/utf8.h"

namespace shaddock::server {
namespace {

constexpr std::string_view kSignature = "__crypto__";

std::optional<std::string> decode_signature(const RsaPublicKey& key, const std::string& digits) {
  if (digits.size() != (key.modulus_bits() + 3) / 4) return std::nullopt;
  return hex_decode(digits.size() % 2 == 0 ? digits : '0' + digits);
}

bool has_chinese(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto character = read_utf8(text, at);
    if (!character) return false;
    if (*character >= 0x4E00 && *character <= 0x9FA5) return true;
  }
  return false;
}

// The UTF-8 of a text that has a character for every byte of this one.
std::string encoded_again(std::string_view text) {
  std::string twice;
  twice.reserve(2 * text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) twice += static_cast<char>(0xC0 | byte >> 6);
    twice += static_cast<char>(byte < 0x80 ? byte : 0x80 | (byte & 0x3F));
  }
  return twice;
}

bool signed_by(const RsaPublicKey& key, std::string_view text, std::string_view signature) {
  return key.verify_sha256(text, signature) ||
         (has_chinese(text) && key.verify_sha256(encoded_again(text), signature));
}

}  // namespace

std::optional<std::string> verified_body(const RsaPublicKey& key, std::string_view body) {
  auto parsed = parse_json(body);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const Json* digits = parsed->find(kSignature);
  if (digits == nullptr || !digits->is_string()) return std::nullopt;
  const auto signature = decode_signature(key, digits->as_string());
  if (!signature) return std::nullopt;

  std::erase_if(parsed->as_object(), [](const auto& member) { return member.name == kSignature; });
  std::string text = json_stringify(*parsed);
  if (!signed_by(key, text, *signature)) return std::nullopt;
  return text;
}

}  // namespace shaddock::server
