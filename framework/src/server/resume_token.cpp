#include "server/resume_token.h"

#include <algorithm>

#include "base/crypto.h"

namespace shaddock::server {

namespace {

constexpr std::size_t kNumberDigits = 16, kSecretDigits = 2 * ResumeToken::kSecretBytes;
constexpr std::size_t kTail = 1 + kNumberDigits + 1 + kSecretDigits;

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char digit : digits)
    number = number << 4 | static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  return number;
}

}  // namespace

std::string ResumeToken::make_secret(net::Random& random) {
  std::string bytes(kSecretBytes, '\0');
  random.fill(bytes);
  return hex(bytes);
}

std::optional<ResumeToken> ResumeToken::parse(std::string_view text) {
  if (text.size() <= kTail) return std::nullopt;
  const std::size_t id = text.size() - kTail;
  const std::string_view digits = text.substr(id + 1, kNumberDigits);
  const std::string_view secret = text.substr(text.size() - kSecretDigits);
  if (text[id] != '.' || text[id + 1 + kNumberDigits] != '.' || !is_hex(digits) || !is_hex(secret))
    return std::nullopt;
  return ResumeToken{std::string(text.substr(0, id)), number_of(digits), std::string(secret)};
}

std::string ResumeToken::name() const {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  return frontend + '.' + hex(bytes);
}

std::string ResumeToken::text() const { return name() + '.' + secret; }

}  // namespace shaddock::server
