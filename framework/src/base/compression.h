#pragma once

#include <optional>
#include <string_view>

namespace shaddock {

// What deflated bytes are wrapped in:
//
//   zlib      78 .. | deflate | adler32
//   gzip      1F 8B | ... | deflate | crc32, length
//   message   deflate, flushed, without the 00 00 FF FF that ends it (RFC 7692)
enum class Compression { zlib, gzip, message };

// What bytes are that may also be no compression at all, such as JSON, told by the first two.
inline std::optional<Compression> compression_of(std::string_view bytes) {
  if (bytes.starts_with("\x1F\x8B")) return Compression::gzip;
  for (const char* start : {"\x78\x01", "\x78\x5E", "\x78\x9C", "\x78\xDA"}) {
    if (bytes.starts_with(start)) return Compression::zlib;
  }
  return std::nullopt;
}

}  // namespace shaddock
