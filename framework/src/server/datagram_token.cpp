#include "server/datagram_token.h"

#include <algorithm>

#include "base/crypto.h"

namespace shaddock::server {

namespace {

constexpr std::size_t kSecretSize = 32;
constexpr std::size_t kProofSize = 16;

void append_number(std::string& text, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(number >> shift);
}

std::int64_t window_at(net::TimePoint now) {
  return now.time_since_epoch() / DatagramToken::kWindow;
}

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

DatagramToken::DatagramToken(net::Random& random) : secret_(kSecretSize, '\0') {
  random.fill(secret_);
}

std::string DatagramToken::make(const net::PeerAddress& peer, net::TimePoint now) const {
  return make(peer, window_at(now));
}

std::string DatagramToken::make(const net::PeerAddress& peer, std::int64_t window) const {
  std::string text;
  append_number(text, peer.ip.high);
  append_number(text, peer.ip.low);
  append_number(text, std::uint64_t{peer.zone} << 16 | peer.port);
  append_number(text, static_cast<std::uint64_t>(window));
  return base64url(hmac_sha256(secret_, text).substr(0, kProofSize));
}

bool DatagramToken::accepts(std::string_view token, const net::PeerAddress& peer,
                            net::TimePoint now) const {
  const std::int64_t window = window_at(now);
  return constant_time_equal(token, make(peer, window)) ||
         constant_time_equal(token, make(peer, window - 1));
}

bool DatagramToken::stands_in(std::string_view text, const net::PeerAddress& peer,
                              net::TimePoint now) const {
  const std::int64_t window = window_at(now);
  return text.find(make(peer, window)) != std::string_view::npos ||
         text.find(make(peer, window - 1)) != std::string_view::npos;
}

}  // namespace shaddock::server
