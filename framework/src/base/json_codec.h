#pragma once

#include <shaddock/error.h>
#include <shaddock/fields.h>

#include <string_view>

#include "base/buffer.h"
#include "base/value_limits.h"

namespace shaddock {

// JSON text to and from structs described by a Type, without a tree in between.
//
// decode_json: `out` is a fresh object of that type; after an error it is half filled. Depth and
// the number of values and keys are limited, UTF-8 checked, paired surrogates folded. Required is
// what is no std::optional; unknown keys are skipped, of duplicates the last wins; an integer may
// be written as 5.0 or 5e0; strings and numbers never stand for each other. Empty text is {}.
// Errors have code 400 and name the field: "users[2].name: missing".
Result<void> decode_json(std::string_view text, const Type& type, void* out,
                         const ValueLimits& limits = {});
void encode_json(const Type& type, const void* value, Buffer& out);

// What a handler that takes Json gets: the value, or, as in Pomelo, {} when the text is no JSON or
// what JavaScript takes for false: null, false, 0, "". An error (400) when it is beyond the limits.
Result<Json> handler_json(std::string_view text, const ValueLimits& limits = {});
// The value, or {} when it cannot be read.
Json json_or_empty(std::string_view text);

template <class M>
Result<M> decode_json(std::string_view text) {
  M message{};
  if (auto done = decode_json(text, type_of<M>(), &message); !done) return std::move(done).error();
  return message;
}

template <class M>
void encode_json(const M& message, Buffer& out) {
  encode_json(type_of<M>(), &message, out);
}

}  // namespace shaddock
