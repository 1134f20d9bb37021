#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

// The few msgpack forms that headers and greetings are made of, written and read by hand: a general
// reader costs several times as much per message. Everything read here may come from an enemy.
namespace shaddock::cluster::pack {

inline constexpr std::size_t kMostNumber = 9;  // bytes of the longest integer
inline constexpr std::size_t kMostLength =
    5;  // bytes of the longest header of a string, blob, array or map

// The bytes of a number in the order of the wire; compilers make one instruction of it.
template <std::unsigned_integral Number>
constexpr Number big_endian(Number value) {
  if constexpr (std::endian::native == std::endian::big || sizeof value == 1) return value;
  if constexpr (sizeof value == 2) return __builtin_bswap16(value);
  if constexpr (sizeof value == 4) return __builtin_bswap32(value);
  if constexpr (sizeof value == 8) return __builtin_bswap64(value);
}

template <std::unsigned_integral Number>
char* put_big_endian(char* at, Number value) {
  value = big_endian(value);
  std::memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

template <std::unsigned_integral Number>
Number get_big_endian(const char* at) {
  Number value;
  std::memcpy(&value, at, sizeof value);
  return big_endian(value);
}

// Each writes the shortest form at `at`, where there is room enough, and returns the end of it.
inline char* put_number(char* at, std::uint64_t value) {
  if (value < 0x80) return *at = static_cast<char>(value), at + 1;
  if (value <= 0xff) return *at = '\xcc', put_big_endian(at + 1, static_cast<std::uint8_t>(value));
  if (value <= 0xffff)
    return *at = '\xcd', put_big_endian(at + 1, static_cast<std::uint16_t>(value));
  if (value <= 0xffffffff)
    return *at = '\xce', put_big_endian(at + 1, static_cast<std::uint32_t>(value));
  return *at = '\xcf', put_big_endian(at + 1, value);
}

inline char* put_array(char* at, std::size_t items) {
  if (items < 16) return *at = static_cast<char>(0x90 | items), at + 1;
  return *at = '\xdd', put_big_endian(at + 1, static_cast<std::uint32_t>(items));
}

inline char* put_map(char* at, std::size_t members) {
  if (members < 16) return *at = static_cast<char>(0x80 | members), at + 1;
  return *at = '\xdf', put_big_endian(at + 1, static_cast<std::uint32_t>(members));
}

inline char* put_bytes(char* at, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

inline char* put_text(char* at, std::string_view text) {
  if (text.size() < 32)
    *at++ = static_cast<char>(0xa0 | text.size());
  else
    *at = '\xdb', at = put_big_endian(at + 1, static_cast<std::uint32_t>(text.size()));
  return put_bytes(at, text);
}

inline char* put_blob(char* at, std::string_view blob) {
  if (blob.size() < 0x100)
    *at = '\xc4', at = put_big_endian(at + 1, static_cast<std::uint8_t>(blob.size()));
  else
    *at = '\xc6', at = put_big_endian(at + 1, static_cast<std::uint32_t>(blob.size()));
  return put_bytes(at, blob);
}

// Walks msgpack from left to right. Each function is false, and the reader of no further use, when
// what comes next is something else or is cut off. Lengths are compared with the bytes at hand
// before anything else is done.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::string_view rest() const { return {at_, left()}; }
  const char* position() const { return at_; }
  bool done() const { return at_ == end_; }

  // An integer that is not negative, of any width.
  template <std::unsigned_integral Number>
  [[gnu::always_inline]] bool number(Number& value) {
    if (at_ == end_) return false;
    if (const auto first = static_cast<unsigned char>(*at_); first < 0x80) {
      ++at_;
      return value = static_cast<Number>(first), true;
    }
    if constexpr (sizeof(Number) == 8)  // what ids are, nearly always
      if (*at_ == '\xcf') return behind_first<Number>(value);
    std::uint64_t wide = 0;
    if (!wide_number(wide) || wide > std::numeric_limits<Number>::max()) return false;
    return value = static_cast<Number>(wide), true;
  }
  // Any integer that fits into 64 signed bits.
  bool integer(std::int64_t& value);
  // A float or double.
  bool real(double& value);
  // Steps over the next byte if it is this one: nil, false or true.
  bool literal(char byte) { return at_ != end_ && *at_ == byte && (++at_, true); }
  // The first byte of what comes next. Precondition: !done().
  unsigned char peek() const { return static_cast<unsigned char>(*at_); }
  bool text(std::string_view& value);
  bool blob(std::string_view& value) {
    if (at_ == end_) return false;
    const unsigned char first = peek();
    std::uint32_t size = 0;
    const bool ok = first == 0xc4   ? behind_first<std::uint8_t>(size)
                    : first == 0xc5 ? behind_first<std::uint16_t>(size)
                    : first == 0xc6 ? behind_first<std::uint32_t>(size)
                                    : false;
    return ok && take(size, value);
  }
  bool array(std::uint32_t& items) {
    if (at_ == end_) return false;
    const unsigned char first = peek();
    if ((first & 0xf0) == 0x90)
      ++at_, items = first & 0x0f;
    else if (!(first == 0xdc   ? behind_first<std::uint16_t>(items)
               : first == 0xdd ? behind_first<std::uint32_t>(items)
                               : false))
      return false;
    return fits(items, 1);
  }
  bool map(std::uint32_t& members);
  // Steps over one value of any kind, at most `depth` levels deep.
  bool skip(int depth);

 private:
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  bool wide_number(std::uint64_t& value);
  bool take(std::size_t size, std::string_view& value) {
    if (size > left()) return false;
    value = {at_, size};
    at_ += size;
    return true;
  }
  // Steps over a first byte and reads the big-endian number behind it.
  template <std::unsigned_integral Width, class Number>
  bool behind_first(Number& value) {
    if (left() < 1 + sizeof(Width)) return false;
    value = get_big_endian<Width>(at_ + 1);
    at_ += 1 + sizeof(Width);
    return true;
  }
  // Items of at least one byte each must still fit.
  bool fits(std::uint32_t items, std::uint32_t bytes_each) const {
    return items <= left() / bytes_each;
  }
  bool skip_items(std::uint64_t items, int depth);

  const char* at_;
  const char* end_;
};

// A signed form of a number that is not negative is as good as an unsigned one.
inline bool Reader::wide_number(std::uint64_t& value) {
  const unsigned char first = peek();
  if (first >= 0xd0 && left() >= 2 && (at_[1] & 0x80) != 0) return false;
  switch (first) {
    case 0xcc:
    case 0xd0:
      return behind_first<std::uint8_t>(value);
    case 0xcd:
    case 0xd1:
      return behind_first<std::uint16_t>(value);
    case 0xce:
    case 0xd2:
      return behind_first<std::uint32_t>(value);
    case 0xcf:
    case 0xd3:
      return behind_first<std::uint64_t>(value);
    default:
      return false;
  }
}

}  // namespace shaddock::cluster::pack
