#include "base/crc32.h"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "base/utf8.h"

namespace shaddock {

namespace {

std::string low_bytes_of_utf16(std::string_view key) {
  std::string bytes;
  for (std::size_t at = 0; at < key.size();) {
    const auto read = read_utf8(key, at);
    if (!read) ++at;
    const std::uint32_t character = read.value_or(0xfffd);
    if (character >= 0x10000) {
      const std::uint32_t beyond = character - 0x10000;
      bytes += static_cast<char>((0xd800 + (beyond >> 10)) & 0xff);
      bytes += static_cast<char>(beyond & 0xff);
    } else {
      bytes += static_cast<char>(character & 0xff);
    }
  }
  return bytes;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::uint32_t pomelo_hash(std::string_view key) {
  const bool ascii = std::all_of(key.begin(), key.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const std::uint32_t crc = ascii ? crc32(key) : crc32(low_bytes_of_utf16(key));
  // The absolute value of a signed number; that of the smallest is 2^31, as in JavaScript.
  return crc >= 0x80000000U ? 0U - crc : crc;
}

}  // namespace shaddock
