#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/buffer.h"
#include "protocol/proto_schema.h"

namespace shaddock::protocol {

// The bytes below the fields of Pomelo's protobuf (protobuf.h).

inline std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t from_zigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

// Seven bits a byte, the lowest first; the high bit says that more follow.
inline constexpr std::size_t kLongestVarint = 10;
std::size_t varint_size(std::uint64_t value);
char* write_varint(std::uint64_t value, char* out);
void append_varint(std::uint64_t value, Buffer& out);
void append_fixed32(std::uint32_t value, Buffer& out);
void append_fixed64(std::uint64_t value, Buffer& out);

// varint(tag << 3 | wire type). Pomelo writes the wire type and never looks at it.
void append_key(const ProtoField& field, Buffer& out);

// Takes values off the front; false, and nothing taken, when they are cut or no such value.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : left_(bytes) {}

  bool done() const { return left_.empty(); }
  std::size_t left() const { return left_.size(); }

  bool varint(std::uint64_t& value);  // not beyond 64 bits
  bool fixed32(std::uint32_t& value);
  bool fixed64(std::uint64_t& value);
  bool bytes(std::string_view& value);  // behind their length

 private:
  std::string_view left_;
};

}  // namespace shaddock::protocol
