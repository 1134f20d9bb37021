#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/proto_schema.h"

namespace shaddock::protocol {

// The messages in messages that are being read or written, the innermost last: where we are, for
// errors, and one bit for each field that has been there. Allocates nothing.
class OpenMessages {
 public:
  static constexpr std::size_t kMaxDepth = 32;

  explicit OpenMessages(std::size_t max_depth = kMaxDepth)
      : max_depth_(std::min(max_depth, kMaxDepth)) {}

  // Gives the bits of the message, all clear; otherwise why it cannot be opened.
  const char* open(const ProtoMessage& message, std::uint64_t*& seen);
  void close(const ProtoMessage& message);

  // The field that errors are about now; nullptr: the innermost message as a whole.
  void at(const std::string* name) { names_[depth_ - 1] = name; }
  // trail.x: what
  std::string explain(std::string_view what) const;

  static bool test(const std::uint64_t* seen, std::size_t field) {
    return (seen[field / 64] >> (field % 64) & 1) != 0;
  }
  static void set(std::uint64_t* seen, std::size_t field) {
    seen[field / 64] |= std::uint64_t{1} << (field % 64);
  }
  // False, and it is at that field, when one is missing.
  bool all_required(const ProtoMessage& message, const std::uint64_t* seen);

 private:
  const std::size_t max_depth_;
  std::size_t depth_ = 0;
  std::size_t used_ = 0;
  std::array<const std::string*, kMaxDepth> names_;
  std::array<std::uint64_t, 4 * kMaxDepth> words_;
};

}  // namespace shaddock::protocol
