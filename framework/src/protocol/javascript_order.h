#pragma once

#include <cstdint>
#include <string_view>

namespace shaddock::protocol {

// What Pomelo prepares as text (and hashes) has the order of JavaScript.

// Objects list names that are array indexes ("0", "7", "42") first and by value, all others as they
// were inserted: a stable sort by this rank.
std::uint64_t javascript_rank(std::string_view name);

// Whether `left` comes first when strings are sorted by UTF-16 code units. Both are UTF-8, in which
// only characters beyond the basic plane stand elsewhere: in UTF-16 they begin with a surrogate,
// below U+E000.
bool javascript_less(std::string_view left, std::string_view right);

}  // namespace shaddock::protocol
