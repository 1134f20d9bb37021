#include "websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

namespace shaddock::bench {

namespace {

constexpr std::string_view kKey = "Sec-WebSocket-Key: ";
constexpr std::string_view kMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string_view key_of(std::string_view request) {
  const std::size_t at = request.find(kKey);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = request.substr(at + kKey.size());
  return rest.substr(0, rest.find('\r'));
}

}  // namespace

std::string upgrade(std::string_view request) {
  const std::string text = std::string(key_of(request)).append(kMagic);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> accept;
  EVP_EncodeBlock(accept.data(), digest.data(), digest.size());
  return std::string(
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: ")
      .append(reinterpret_cast<const char*>(accept.data()))
      .append("\r\n\r\n");
}

}  // namespace shaddock::bench
