#pragma once

#include <cstdint>
#include <string_view>

#include "base/buffer.h"

namespace shaddock {

// The words of JSON text, appended to a buffer.

// With quotes. Characters beyond the basic plane become \u escapes, since the JavaScript clients of
// Pomelo read no UTF-8 sequences of four bytes; what is not UTF-8 becomes U+FFFD, so that the text
// is always valid.
void write_json_string(std::string_view text, Buffer& out);
// The same, but characters beyond the basic plane stay as they are.
void write_json_string_unescaped(std::string_view text, Buffer& out);

void write_json_integer(std::int64_t value, Buffer& out);
void write_json_unsigned(std::uint64_t value, Buffer& out);

// The shortest digits that read back as the same value, laid out as JavaScript does: 5, 0.1, 1e+21,
// 1e-7. What is not finite becomes null.
void write_json_number(double value, Buffer& out);
void write_json_number(float value, Buffer& out);

}  // namespace shaddock
