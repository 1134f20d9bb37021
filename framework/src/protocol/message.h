#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/buffer.h"
#include "protocol/package.h"

namespace shaddock::protocol {

// The inner layer, the body of a DATA package:
//
//   | flag | id: varint, request and response only | route, all but response | body |
//
//   flag:  bit 0 = the route is a dictionary code, bits 1-3 = type, bit 4 = the body is compressed
//   route: 1 length byte and that many bytes, or the code: 2 bytes, big-endian
//         bit 5 (Pitaya, responses) = the body is an error
inline constexpr unsigned kCompressedBit = 0x10, kErrorBit = 0x20;

enum class MessageType : std::uint8_t { request = 0, notify = 1, response = 2, push = 3 };

struct MessageHeader {
  MessageType type = MessageType::request;
  bool gzip = false;
  bool compressed_route = false;
  std::uint16_t code = 0;       // with compressed_route
  std::uint32_t id = 0;         // of requests and responses; 0 means that no answer is wanted
  std::string_view route = {};  // without compressed_route
};

struct Message {
  MessageHeader header;
  std::string_view body;
};

inline constexpr std::size_t kMaxRoute = 255;
inline constexpr std::size_t kMaxMessageHeader = 1 + 5 + 1 + kMaxRoute;

// Nothing for malformed bytes: an empty or truncated message, a type or flag that does not exist,
// an id of more than 32 bits. Ids from 2^31 on are taken though no client can make them. Views
// point into `bytes`; the body is not touched.
std::optional<Message> decode_message(std::string_view bytes);

// Writes the header in front of a body that the caller appends. A route longer than kMaxRoute is
// refused: nothing is written.
[[nodiscard]] bool write_message_header(Buffer& out, const MessageHeader& header);

inline char* write_varint(char* at, std::uint32_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<char>(value);
  return at;
}

inline void write_response_header(Buffer& out, std::uint32_t id) {
  char* const at = out.reserve(6);
  at[0] = 0x04;
  out.commit(static_cast<std::size_t>(write_varint(at + 1, id) - at));
}

inline void write_push_header(Buffer& out, std::uint16_t code) {
  const char bytes[] = {0x07, static_cast<char>(code >> 8), static_cast<char>(code)};
  out.append({bytes, sizeof bytes});
}
[[nodiscard]] bool write_push_header(Buffer& out, std::string_view route);

// A whole DATA package around a body that is already encoded; false, and nothing is written, when
// it is too long.
[[nodiscard]] bool append_response(Buffer& out, std::uint32_t id, std::string_view body);
[[nodiscard]] bool append_message(Buffer& out, const MessageHeader& header, std::string_view body);

}  // namespace shaddock::protocol
