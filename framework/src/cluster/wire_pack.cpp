#include "cluster/wire_pack.h"

#include <bit>

namespace shaddock::cluster::pack {

namespace {

// Bytes that follow the first byte of a form of fixed size (0xc0 to 0xdf); -1: not of fixed size,
// or never used.
int fixed_size(unsigned char first) {
  switch (first) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return 0;
    case 0xcc:
    case 0xd0:
      return 1;
    case 0xcd:
    case 0xd1:
    case 0xd4:
      return 2;
    case 0xd5:
      return 3;
    case 0xca:
    case 0xce:
    case 0xd2:
      return 4;
    case 0xd6:
      return 5;
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return 8;
    case 0xd7:
      return 9;
    case 0xd8:
      return 17;
    default:
      return -1;
  }
}

}  // namespace

bool Reader::integer(std::int64_t& value) {
  if (at_ == end_) return false;
  const unsigned char first = peek();
  if (first >= 0xe0) return value = static_cast<signed char>(*at_++), true;
  if (first >= 0xd0 && first <= 0xd3) {
    const std::size_t size = std::size_t{1} << (first - 0xd0);
    if (left() < 1 + size) return false;
    std::uint64_t bits = (at_[1] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = 1; i <= size; ++i) bits = bits << 8 | static_cast<unsigned char>(at_[i]);
    at_ += 1 + size;
    return value = static_cast<std::int64_t>(bits), true;
  }
  std::uint64_t bits = 0;
  if (!number(bits) || bits > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return false;
  return value = static_cast<std::int64_t>(bits), true;
}

bool Reader::real(double& value) {
  if (at_ == end_) return false;
  if (peek() == 0xca && left() >= 5) {
    value = std::bit_cast<float>(get_big_endian<std::uint32_t>(at_ + 1));
    return at_ += 5, true;
  }
  if (peek() != 0xcb || left() < 9) return false;
  value = std::bit_cast<double>(get_big_endian<std::uint64_t>(at_ + 1));
  return at_ += 9, true;
}

bool Reader::text(std::string_view& value) {
  if (at_ == end_) return false;
  const auto first = static_cast<unsigned char>(*at_);
  std::uint32_t size = 0;
  if ((first & 0xe0) == 0xa0) return ++at_, take(first & 0x1f, value);
  const bool ok = first == 0xd9   ? behind_first<std::uint8_t>(size)
                  : first == 0xda ? behind_first<std::uint16_t>(size)
                  : first == 0xdb ? behind_first<std::uint32_t>(size)
                                  : false;
  return ok && take(size, value);
}

bool Reader::map(std::uint32_t& members) {
  if (at_ == end_) return false;
  const auto first = static_cast<unsigned char>(*at_);
  if ((first & 0xf0) == 0x80)
    ++at_, members = first & 0x0f;
  else if (!(first == 0xde   ? behind_first<std::uint16_t>(members)
             : first == 0xdf ? behind_first<std::uint32_t>(members)
                             : false))
    return false;
  return fits(members, 2);
}

bool Reader::skip_items(std::uint64_t items, int depth) {
  for (; items > 0; --items)
    if (!skip(depth)) return false;
  return true;
}

bool Reader::skip(int depth) {
  if (at_ == end_ || depth < 0) return false;
  const auto first = static_cast<unsigned char>(*at_);
  if (first < 0x80 || first >= 0xe0) return ++at_, true;
  std::string_view ignored;
  std::uint32_t count = 0;
  if (first < 0x90 || first == 0xde || first == 0xdf)
    return map(count) && skip_items(std::uint64_t{count} * 2, depth - 1);
  if (first < 0xa0 || first == 0xdc || first == 0xdd)
    return array(count) && skip_items(count, depth - 1);
  if (first < 0xc0 || (first >= 0xd9 && first <= 0xdb)) return text(ignored);
  if (first >= 0xc4 && first <= 0xc6) return blob(ignored);
  if (first == 0xc7)
    return behind_first<std::uint8_t>(count) && take(std::size_t{count} + 1, ignored);
  if (first == 0xc8)
    return behind_first<std::uint16_t>(count) && take(std::size_t{count} + 1, ignored);
  if (first == 0xc9)
    return behind_first<std::uint32_t>(count) && take(std::size_t{count} + 1, ignored);
  const int size = fixed_size(first);
  return size >= 0 && take(static_cast<std::size_t>(size) + 1, ignored);
}

}  // namespace shaddock::cluster::pack
