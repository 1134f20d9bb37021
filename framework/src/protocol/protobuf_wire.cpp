#include "protocol/protobuf_wire.h"

#include <algorithm>
#include <bit>

namespace shaddock::protocol {
namespace {

constexpr unsigned kWireTypes[] = {0, 0, 5, 1, 2, 2};  // in the order of ProtoField::Kind

template <class Int>
void append_fixed(Int value, Buffer& out) {
  char bytes[sizeof(Int)];
  for (std::size_t i = 0; i < sizeof(Int); ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  out.append({bytes, sizeof bytes});
}

template <class Int>
bool take_fixed(std::string_view& bytes, Int& value) {
  if (bytes.size() < sizeof(Int)) return false;
  value = 0;
  for (std::size_t i = 0; i < sizeof(Int); ++i)
    value |= static_cast<Int>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  bytes.remove_prefix(sizeof(Int));
  return true;
}

}  // namespace

std::size_t varint_size(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

char* write_varint(std::uint64_t value, char* out) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
  *out++ = static_cast<char>(value);
  return out;
}

void append_varint(std::uint64_t value, Buffer& out) {
  char* const start = out.reserve(kLongestVarint);
  out.commit(static_cast<std::size_t>(write_varint(value, start) - start));
}

void append_fixed32(std::uint32_t value, Buffer& out) { append_fixed(value, out); }
void append_fixed64(std::uint64_t value, Buffer& out) { append_fixed(value, out); }

void append_key(const ProtoField& field, Buffer& out) {
  append_varint(field.tag << 3 | kWireTypes[static_cast<std::size_t>(field.kind)], out);
}

bool WireReader::varint(std::uint64_t& value) {
  std::uint64_t read = 0;
  const std::size_t longest = std::min(left_.size(), kLongestVarint);
  for (std::size_t i = 0; i < longest; ++i) {
    const auto byte = static_cast<unsigned char>(left_[i]);
    if (i + 1 == kLongestVarint && byte > 1) return false;
    read |= std::uint64_t{byte & 0x7Fu} << (7 * i);
    if ((byte & 0x80) != 0) continue;
    value = read;
    left_.remove_prefix(i + 1);
    return true;
  }
  return false;
}

bool WireReader::fixed32(std::uint32_t& value) { return take_fixed(left_, value); }
bool WireReader::fixed64(std::uint64_t& value) { return take_fixed(left_, value); }

bool WireReader::bytes(std::string_view& value) {
  const std::string_view before = left_;
  std::uint64_t size = 0;
  if (!varint(size)) return false;
  if (size > left_.size()) return left_ = before, false;
  value = left_.substr(0, static_cast<std::size_t>(size));
  left_.remove_prefix(value.size());
  return true;
}

}  // namespace shaddock::protocol
