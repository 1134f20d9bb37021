#include "sim/sim_random.h"

#include <algorithm>
#include <cstring>

namespace shaddock::sim {

namespace {

constexpr std::uint64_t kStride = 0x9e3779b97f4a7c15;

std::uint64_t scramble(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

}  // namespace

void SimRandom::fill(std::span<char> bytes) {
  while (!bytes.empty()) {
    const std::uint64_t value = scramble(state_ += kStride);
    const std::size_t size = std::min(bytes.size(), sizeof value);
    std::memcpy(bytes.data(), &value, size);
    bytes = bytes.subspan(size);
  }
}

std::uint64_t SimRandom::seed_of(std::uint64_t seed, std::uint64_t number) {
  return scramble(scramble(seed + kStride) + (number + 1) * kStride);
}

}  // namespace shaddock::sim
