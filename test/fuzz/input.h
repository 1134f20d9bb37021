#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the fuzz targets share. A target is one file <name>_fuzz.cpp with LLVMFuzzerTestOneInput. It
// holds properties of a parser against whatever bytes come; inputs of parsers of streams are the
// bytes as they are on the wire, so that a corpus can be read and made by hand.
namespace shaddock::fuzz {

// A property of the code under test. Its failure ends the process, which is how a fuzzer knows.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "property does not hold: %s\n", property);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Takes an input apart, from the front; zeros when it is used up.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return first;
  }
  std::uint32_t number() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | byte();
    return value;
  }
  // At most as many bytes as the first one says.
  std::string_view text() { return take(byte()); }
  std::string_view take(std::size_t size) {
    const std::string_view piece = rest_.substr(0, size);
    rest_.remove_prefix(piece.size());
    return piece;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// Gives the bytes in pieces whose sizes depend on the seed only, each in memory of exactly its
// size, so that a step beyond it is seen. Seed 0: one byte at a time. take(std::span<char>) answers
// false to stop.
template <class Take>
void in_pieces(std::string_view bytes, std::uint64_t seed, Take take) {
  while (!bytes.empty()) {
    seed = seed == 0 ? 0 : seed * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t random = seed >> 33;
    const std::size_t size = 1 + (seed == 0 ? 0 : random / 4 % (random % 4 == 0 ? 400 : 12));
    const std::string_view piece = bytes.substr(0, size);
    std::vector<char> memory(piece.begin(), piece.end());
    memory.shrink_to_fit();
    bytes.remove_prefix(piece.size());
    if (!take(std::span<char>(memory))) return;
  }
}

// A seed that depends on the bytes only, never 0.
inline std::uint64_t seed_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3;
  return hash | 1;
}

}  // namespace shaddock::fuzz
