#pragma once

#include <cstdint>
#include <string_view>

namespace shaddock::net {

// Strict UTF-8 that arrives in pieces, which may be cut inside a character. Overlong forms,
// surrogates and values beyond U+10FFFF are wrong from the first byte that cannot belong to a right
// sequence.
class Utf8Stream {
 public:
  // False from the first wrong byte on.
  bool feed(std::string_view piece);
  // True between two characters: the text may end here.
  bool complete() const { return missing_ == 0; }
  void reset() { *this = Utf8Stream(); }

 private:
  bool begin(std::uint8_t lead);
  bool expect(int missing, std::uint8_t lowest, std::uint8_t highest);

  // The next byte must lie in [lowest_, highest_]; missing_ bytes belong to the character at hand.
  std::uint8_t lowest_ = 0x80, highest_ = 0xBF;
  std::int8_t missing_ = 0;
  bool wrong_ = false;
};

}  // namespace shaddock::net
