#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/buffer.h"
#include "net/websocket.h"

namespace shaddock::net {

// Frames appended to a buffer, always whole messages and with the shortest length field.

inline constexpr std::size_t kMaxFrameHeader = 10;  // of a server, which does not mask
inline constexpr std::size_t kFrameBegin = 2;       // what begin_frame() keeps free

// The header in front of a payload of known length, which the caller appends. A deflated one has
// RSV1 (websocket_deflate.h).
void write_frame_header(Buffer& out, Opcode opcode, std::size_t length, bool deflated = false);
void write_frame(Buffer& out, Opcode opcode, std::string_view payload);

// Encoding in place when the length is not known before: begin, append the payload, end. Two bytes
// are kept free in front; a payload of 126 or more is moved by two or eight. Nothing may be
// consumed from the buffer in between.
std::size_t begin_frame(Buffer& out);
void end_frame(Buffer& out, std::size_t at, Opcode opcode);

// With kNone the frame has no payload; a reason is cut to the 123 bytes that fit, between two
// characters.
void write_close_frame(Buffer& out, int code, std::string_view reason = {});

// What a client sends. The mask is in memory order.
void write_masked_frame(Buffer& out, Opcode opcode, std::string_view payload, std::uint32_t mask,
                        bool fin = true);

}  // namespace shaddock::net
