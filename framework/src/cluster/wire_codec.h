#pragma once

#include <shaddock/error.h>
#include <shaddock/fields.h>

#include <string_view>

#include "base/buffer.h"

namespace shaddock::cluster {

// Bodies of RPC: msgpack maps by field name, so that old and new binaries understand each other. An
// optional without a value is left out of a map and nil elsewhere. The rules for what is read are
// those of JSON (base/json_codec.h), but that strings are bytes of any kind. Caps on depth (32) and
// items (100,000) are applied from the headers, before any allocation. No bytes at all are {}.
void encode_msgpack(const Type& type, const void* value, Buffer& out);
// `out` is a fresh object of that type; after an error (400, naming the field) it is half filled.
Result<void> decode_msgpack(std::string_view bytes, const Type& type, void* out);

// The body of an answer that is an error: {code, text, body}.
void encode_error(const Error& error, Buffer& out);
// What cannot be read becomes an error with the status of the answer and no text.
Error decode_error(std::string_view bytes, int status);

}  // namespace shaddock::cluster
