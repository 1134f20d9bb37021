#pragma once

#include <shaddock/fields.h>
#include <shaddock/result.h>

#include <string_view>

#include "base/buffer.h"

namespace shaddock::cluster {

// Bodies of RPC: msgpack maps by field name, so that old and new binaries understand each other. Caps on depth (32)
// and items (100,000) are applied from the headers, before any allocation.
void encode_msgpack(const Type& type, const void* value, Buffer& out);
Result<void> decode_msgpack(std::string_view bytes, const Type& type, void* out);

}  // namespace shaddock::cluster
