#include "net/utf8_stream.h"

#include <cstring>

namespace shaddock::net {

bool Utf8Stream::feed(std::string_view piece) {
  if (wrong_) return false;
  const char* at = piece.data();
  const char* const end = at + piece.size();
  while (at != end) {
    std::uint64_t word;
    if (missing_ == 0 && end - at >= static_cast<std::ptrdiff_t>(sizeof word)) {
      std::memcpy(&word, at, sizeof word);
      if ((word & 0x8080808080808080u) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const auto byte = static_cast<std::uint8_t>(*at++);
    if (missing_ == 0) {
      if (!begin(byte)) return !(wrong_ = true);
    } else {
      if (byte < lowest_ || byte > highest_) return !(wrong_ = true);
      expect(missing_ - 1, 0x80, 0xBF);
    }
  }
  return true;
}

bool Utf8Stream::begin(std::uint8_t lead) {
  if (lead < 0x80) return true;
  if (lead < 0xC2 || lead > 0xF4) return false;
  if (lead < 0xE0) return expect(1, 0x80, 0xBF);
  if (lead == 0xE0) return expect(2, 0xA0, 0xBF);
  if (lead == 0xED) return expect(2, 0x80, 0x9F);
  if (lead < 0xF0) return expect(2, 0x80, 0xBF);
  if (lead == 0xF0) return expect(3, 0x90, 0xBF);
  if (lead == 0xF4) return expect(3, 0x80, 0x8F);
  return expect(3, 0x80, 0xBF);
}

bool Utf8Stream::expect(int missing, std::uint8_t lowest, std::uint8_t highest) {
  missing_ = static_cast<std::int8_t>(missing);
  lowest_ = lowest;
  highest_ = highest;
  return true;
}

}  // namespace shaddock::net
