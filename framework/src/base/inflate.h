#pragma once

#include <shaddock/error.h>

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/buffer.h"
#include "base/compression.h"

namespace shaddock {

// Inflates whole pieces of a peer's bytes, one after the other, and stops at a cap. It owns nothing
// until it is used; then it keeps zlib's state (40 KiB), so one serves a whole loop. Not
// thread-safe.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends what `bytes` hold and returns its size. More than `cap` bytes: 413, found after the
  // cap's worth of work. Not deflated, cut off, or with something behind the end: 400. After an
  // error `out` is as before; its memory has grown by about the cap at most.
  Result<std::size_t> inflate(Compression format, std::string_view bytes, std::size_t cap,
                              Buffer& out);

 private:
  struct State;

  std::unique_ptr<State> state_;
};

// With a state of its own, freed at once: for what happens once in a connection.
Result<std::size_t> inflate_bounded(Compression format, std::string_view bytes, std::size_t cap,
                                    Buffer& out);

}  // namespace shaddock
