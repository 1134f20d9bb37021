#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/host.h"

namespace shaddock::server {

// What a client shows to come back to its session:
//
//   <id of the frontend> . <number of the session, 16 hex digits> . <secret, 32 hex digits>
//
// Only the secret proves anything; the rest says where to look.
struct ResumeToken {
  std::string frontend;
  std::uint64_t number = 0;
  std::string secret;

  static constexpr std::size_t kSecretBytes = 16;
  static std::string make_secret(net::Random& random);
  // Nothing for what is no token.
  static std::optional<ResumeToken> parse(std::string_view text);
  std::string text() const;
  // Without what is secret.
  std::string name() const;
};

}  // namespace shaddock::server
