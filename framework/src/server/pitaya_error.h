#pragma once

#include <shaddock/json.h>

#include <string_view>

#include "base/buffer.h"

namespace shaddock::server {

// An error as Pitaya's clients know it:
//
//   {"code":"PIT-404","msg":"no such route","metadata":{"key":"value"}}
//
// code 0 is PIT-000, what a handler threw without a code of its own. metadata are the members of
// `body`, as text, without "code" and "message".
void encode_pitaya_error(int code, std::string_view text, const Json& body, Buffer& out);

// PIT-404, which Pomelo knows only as 500.
inline constexpr int kPitayaNotFound = 404;
inline constexpr int kPitayaBadRequest = 400;
inline constexpr int kPitayaInternal = 500;

}  // namespace shaddock::server
