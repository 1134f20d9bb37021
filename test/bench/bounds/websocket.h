#pragma once
// WebSocket as lazy as it can be, for the bound of clients that come over it: an upgrade, and
// frames of one package each, cut without copying and unmasked where they lie.
//
//   frame of a client   0x82 | 0x80 and length (1, or 126 and 2 bytes more) | mask (4) | package
//   frame of ours       0x82 | length (1, or 126 and 2 bytes more) | package
//
// What does not look like this is not noticed: the load generator sends nothing else.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace shaddock::bench {

constexpr std::size_t kShortest = 126;  // a length from which on takes two bytes more

struct Frame {
  std::size_t head;  // bytes before the payload
  std::size_t length;
};

inline bool read_frame_head(const char* data, std::size_t size, Frame& frame) {
  constexpr std::size_t kMask = 4;
  if (size < 2) return false;
  const auto* byte = reinterpret_cast<const unsigned char*>(data);
  const std::size_t length = byte[1] & 0x7f;
  if (length < kShortest) {
    frame = {2 + kMask, length};
  } else {
    if (size < 4) return false;
    frame = {4 + kMask, std::size_t{byte[2]} << 8 | byte[3]};
  }
  return size - frame.head >= frame.length && size >= frame.head;
}

// The mask stands right before the payload.
inline void unmask(char* payload, std::size_t length) {
  std::uint32_t mask;
  std::memcpy(&mask, payload - sizeof mask, sizeof mask);
  const std::uint64_t twice = std::uint64_t{mask} << 32 | mask;
  std::size_t at = 0;
  for (; at + sizeof twice <= length; at += sizeof twice) {
    std::uint64_t word;
    std::memcpy(&word, payload + at, sizeof word);
    word ^= twice;
    std::memcpy(payload + at, &word, sizeof word);
  }
  const auto* bytes = reinterpret_cast<const char*>(&mask);
  for (; at < length; ++at) payload[at] = static_cast<char>(payload[at] ^ bytes[at % sizeof mask]);
}

inline std::size_t frame_head_size(std::size_t length) { return length < kShortest ? 2 : 4; }

inline char* write_frame_head(char* at, std::size_t length) {
  *at++ = static_cast<char>(0x82);
  if (length < kShortest) {
    *at++ = static_cast<char>(length);
    return at;
  }
  *at++ = static_cast<char>(kShortest);
  *at++ = static_cast<char>(length >> 8);
  *at++ = static_cast<char>(length);
  return at;
}

// The answer to a whole upgrade request.
std::string upgrade(std::string_view request);

}  // namespace shaddock::bench
