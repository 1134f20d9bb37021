#pragma once

#include <shaddock/error.h>
#include <shaddock/session.h>

#include <string_view>

#include "base/buffer.h"

// A session's uid and settings between servers: msgpack {uid, settings}.
namespace shaddock::session {

inline constexpr std::size_t kMaxUid = 128;
inline constexpr std::size_t kMaxSettings = 32;
inline constexpr std::size_t kMaxSettingsBytes = 8 * 1024;

void encode_snapshot(const detail::SessionData& data, Buffer& out);
Result<detail::SessionData> decode_snapshot(std::string_view bytes);

// Sets one key, or tells why it cannot be: Error 500 for a value that is no scalar or for too many
// settings.
Result<void> set_setting(detail::SessionData& data, std::string_view key, Json value);
Result<void> check_uid(std::string_view uid);

}  // namespace shaddock::session
