#pragma once

#include <shaddock/error.h>
#include <shaddock/fields.h>

#include <cstddef>
#include <string_view>

#include "base/buffer.h"
#include "protocol/proto_schema.h"

namespace shaddock::protocol {

struct ProtoLimits {
  std::size_t depth = 32;       // of messages in messages; at most 32
  std::size_t values = 10'000;  // fields and items in all
};

// Structs (or Json) to and from Pomelo's protobuf, without JSON in between. `type` describes the
// C++ object at `value`; its fields and those of the schema meet by name. A map of the object has
// names of the schema as well.
//
//   key = varint(tag << 3 | wire type); uInt32: varint; int32 and sInt32: zigzag varint; float,
//   double: little-endian; string, message: varint length and bytes; repeated numbers: one key,
//   varint count, then the items; repeated strings and messages: a key for each.

// Encoding writes the fields in the order of the object, as Pomelo does, and skips those that the
// schema does not know. Absent are empty optionals and a null of Json. Numbers must be what
// JavaScript can hold: uInt32 to 2^53-1, int32 and sInt32 from -2^52 to 2^52-1. What is not UTF-8
// in a string becomes U+FFFD. An error, and nothing written, when a required field is absent or a
// value does not fit its type (a string where a number belongs, a negative uInt32). Nothing is
// written for a message without any field, too.
Result<void> encode_protobuf(const ProtoMessage& schema, const Type& type, const void* value,
                             Buffer& out);

// `out` is a fresh object of that type; after an error it is half filled. Errors have code 400 and
// name the field: an unknown tag, truncated bytes, a varint of more than 10 bytes, a count or
// length beyond the end, UTF-8 that is none, a number that is not finite, a missing required field
// (of schema or type). Fields come in any order; of single ones the last counts, repeated ones
// append, and without any item they are an empty list. Bytes are looked at once, so the time is
// linear in them; the wire type is not looked at, as in Pomelo.
Result<void> decode_protobuf(const ProtoMessage& schema, std::string_view bytes, const Type& type,
                             void* out, const ProtoLimits& limits = {});

}  // namespace shaddock::protocol
