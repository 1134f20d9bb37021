#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace shaddock::session {

// The finish of splitmix64: every bit of the result depends on every bit of the value.
inline std::uint64_t mixed_bits(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
  value = (value ^ value >> 27) * 0x94D049BB133111EB;
  return value ^ value >> 31;
}

// For tables whose keys strangers choose: who does not know the seed cannot choose keys that
// collide.
inline std::uint64_t seeded_hash(std::uint64_t seed, std::string_view text) {
  std::uint64_t hash = mixed_bits(seed ^ text.size());
  for (std::size_t at = 0; at < text.size(); at += sizeof hash) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min(sizeof word, text.size() - at));
    hash = mixed_bits((hash ^ word) + seed);
  }
  return hash;
}

}  // namespace shaddock::session
