#include "net/tls_hello.h"

namespace shaddock::net {

namespace {

constexpr std::size_t kHead = 9;
constexpr char kHandshake = 0x16;
constexpr char kClientHello = 0x01;

std::size_t number(std::string_view big_endian) {
  std::size_t value = 0;
  for (const char byte : big_endian) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

Hello look_at_hello(std::string_view bytes) {
  if (!bytes.empty() && bytes[0] != kHandshake) return Hello::fine;
  if (bytes.size() >= 6 && bytes[5] != kClientHello) return Hello::fine;
  if (bytes.size() < kHead) return Hello::more;
  if (number(bytes.substr(3, 2)) < 4) return Hello::too_large;
  const std::size_t size = number(bytes.substr(6, 3));
  if (size > kMostHello) return Hello::too_large;
  return bytes.size() < kHead + size ? Hello::more : Hello::fine;
}

}  // namespace shaddock::net
