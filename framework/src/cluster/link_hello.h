#pragma once

#include "base/buffer.h"
#include "cluster/identity.h"

namespace shaddock::cluster {

// HELLO: what a side says of itself right after the proofs, as `| length (4, BE) | msgpack map by
// name |`. Names that a build does not know are skipped, so that later builds may say more.
inline constexpr std::size_t kMaxHello = 1u << 20;

// False, and nothing written, when it would be longer than peers accept.
bool write_hello(const Identity& identity, Buffer& out);

enum class HelloStep { more, done, bad };
// Takes a HELLO from the front of `in` as soon as it is whole. One that is too long is bad by its
// length alone.
HelloStep take_hello(Buffer& in, Identity& identity);

}  // namespace shaddock::cluster
