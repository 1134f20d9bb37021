#include "net/websocket_writer.h"

#include <cstring>

namespace shaddock::net {
namespace {

constexpr std::size_t kLongestReason = 123;
constexpr unsigned char kFin = 0x80;
constexpr unsigned char kDeflated = 0x40;

std::size_t header_size(std::size_t length) { return length < 126 ? 2 : length <= 0xFFFF ? 4 : 10; }

// Everything but the mask; returns the byte behind it.
char* put_header(char* at, unsigned char first, std::size_t length, unsigned char mask_bit = 0) {
  *at++ = static_cast<char>(first);
  const std::size_t field = header_size(length) - kFrameBegin;
  *at++ = static_cast<char>(mask_bit | (field == 0 ? length : field == 2 ? 126 : 127));
  for (std::size_t i = field; i-- > 0;) *at++ = static_cast<char>(std::uint64_t{length} >> (8 * i));
  return at;
}

std::string_view fitting(std::string_view reason) {
  if (reason.size() <= kLongestReason) return reason;
  std::size_t end = kLongestReason;
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0) == 0x80) --end;
  return reason.substr(0, end);
}

}  // namespace

void write_frame_header(Buffer& out, Opcode opcode, std::size_t length, bool deflated) {
  char* const at = out.reserve(kMaxFrameHeader);
  const auto first = static_cast<unsigned char>(kFin | (deflated ? kDeflated : 0) |
                                                static_cast<unsigned char>(opcode));
  out.commit(static_cast<std::size_t>(put_header(at, first, length) - at));
}

void write_frame(Buffer& out, Opcode opcode, std::string_view payload) {
  out.reserve(kMaxFrameHeader + payload.size());
  write_frame_header(out, opcode, payload.size());
  out.append(payload);
}

std::size_t begin_frame(Buffer& out) {
  const std::size_t at = out.size();
  out.reserve(kFrameBegin);
  out.commit(kFrameBegin);
  return at;
}

void end_frame(Buffer& out, std::size_t at, Opcode opcode) {
  const std::size_t length = out.size() - at - kFrameBegin;
  const std::size_t size = header_size(length);
  if (size > kFrameBegin) {
    out.reserve(size - kFrameBegin);
    out.commit(size - kFrameBegin);
    std::memmove(out.data() + at + size, out.data() + at + kFrameBegin, length);
  }
  put_header(out.data() + at, kFin | static_cast<unsigned char>(opcode), length);
}

void write_close_frame(Buffer& out, int code, std::string_view reason) {
  if (code == close_code::kNone) return write_frame_header(out, Opcode::close, 0);
  reason = fitting(reason);
  write_frame_header(out, Opcode::close, 2 + reason.size());
  out.push_back(static_cast<char>(code >> 8));
  out.push_back(static_cast<char>(code));
  out.append(reason);
}

void write_masked_frame(Buffer& out, Opcode opcode, std::string_view payload, std::uint32_t mask,
                        bool fin) {
  char* const begin = out.reserve(kMaxFrameHeader + sizeof mask + payload.size());
  const auto first =
      static_cast<unsigned char>((fin ? kFin : 0) | static_cast<unsigned char>(opcode));
  char* at = put_header(begin, first, payload.size(), 0x80);
  std::memcpy(at, &mask, sizeof mask);
  at += sizeof mask;
  if (!payload.empty()) std::memcpy(at, payload.data(), payload.size());
  apply_mask({at, payload.size()}, mask);
  out.commit(static_cast<std::size_t>(at - begin) + payload.size());
}

}  // namespace shaddock::net
