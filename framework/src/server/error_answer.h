#pragma once

#include <shaddock/error.h>

#include "base/buffer.h"

namespace shaddock::server {

// The one place where errors become answers of Pomelo's protocol: {"code":code, ...body}. The text
// is added as "message" only where the settings say so.
Json error_answer(const Error& error, bool with_text);
void encode_error(const Error& error, bool with_text, Buffer& out);

}  // namespace shaddock::server
