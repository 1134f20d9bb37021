#pragma once

#include <memory>
#include <string_view>

#include "base/buffer.h"
#include "base/compression.h"

namespace shaddock {

// Deflates whole pieces of bytes, each for itself. It owns nothing until it is used; then it keeps
// zlib's state (256 KiB with the widest window), so one serves a whole loop. Not thread-safe.
class Deflater {
 public:
  static constexpr int kNarrowest = 9, kWidest = 15;

  // The level is zlib's: 1 is fast, 9 is small.
  explicit Deflater(int level = 1);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // Appends the deflated bytes, if they are fewer than `bytes`; else false, and `out` is as before.
  // The reader needs a window of 2^window_bits bytes.
  bool deflate(Compression format, std::string_view bytes, Buffer& out, int window_bits = kWidest);

 private:
  struct State;

  int level_;
  std::unique_ptr<State> state_;
};

}  // namespace shaddock
