#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "sim/schedule.h"

namespace shaddock::sim {

// A number for all that has happened so far, in that order: two runs that differ anywhere have
// different ones. A product and a turn for each eight bytes, so deliveries go in whole.
class TraceHash {
 public:
  void add(Instant when, std::uint64_t who, std::string_view what) {
    mix(static_cast<std::uint64_t>(when.count()));
    mix(who);
    mix(what.size());
    for (; what.size() >= 8; what.remove_prefix(8)) mix(word(what.substr(0, 8)));
    if (!what.empty()) mix(word(what));
  }

  std::uint64_t value() const { return value_ ^ value_ >> 32; }

 private:
  static std::uint64_t word(std::string_view bytes) {
    std::uint64_t result = 0;
    std::memcpy(&result, bytes.data(), bytes.size());
    return result;
  }
  void mix(std::uint64_t part) {
    value_ = std::rotl((value_ ^ part) * 0x9e3779b97f4a7c15, 29) + 0x632be59bd9b4e019;
  }

  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace shaddock::sim
