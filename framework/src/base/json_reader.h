#pragma once

#include <cstddef>
#include <optional>

namespace shaddock {

// Where JSON text stopped making sense.
struct JsonSyntaxError {
  std::size_t offset = 0;
  const char* what = nullptr;
};

// What must be readable behind the text: a zero first, then anything.
inline constexpr std::size_t kJsonPadding = 16;

// Reads JSON text and gives its events to a sink; the only file that knows the JSON library is
// json.cpp. Iterative, so depth costs no stack; the sink counts depth and values. The text is
// destroyed: strings are decoded in place, so the views given to the sink live as long as the text.
// Strings are checked to be UTF-8 and folded (base/utf8.h).
//
// `text` points to `size` bytes and kJsonPadding behind them. Answers nothing when all was read or
// when the sink stopped it (the sink knows). Sinks have the events of ValueSink; one that also has
// value_at(std::size_t offset) is told before each value and key where it begins.
template <class Sink>
std::optional<JsonSyntaxError> read_json(char* text, std::size_t size, Sink& sink);

}  // namespace shaddock
