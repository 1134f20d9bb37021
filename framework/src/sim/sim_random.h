#pragma once

#include <cstdint>
#include <span>

#include "net/host.h"

namespace shaddock::sim {

// The random numbers of one process, or of one part of the world (SplitMix64): by its seed, and by
// nothing that happens elsewhere. Secret to nobody.
class SimRandom final : public net::Random {
 public:
  explicit SimRandom(std::uint64_t seed) : state_(seed) {}

  void fill(std::span<char> bytes) override;

  // The seed of part `number` of what has that seed: all parts of all seeds differ.
  static std::uint64_t seed_of(std::uint64_t seed, std::uint64_t number);

 private:
  std::uint64_t state_;
};

}  // namespace shaddock::sim
