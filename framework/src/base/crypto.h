#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shaddock {

// Digests are raw bytes: 20 of SHA-1, 32 of SHA-256, 16 of MD5. The two old ones are for protocols
// that name them, not for secrets.
std::string sha1(std::string_view bytes);
std::string sha256(std::string_view bytes);
std::string md5(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// Takes as long for different texts of one length as for equal ones; the length is no secret.
bool constant_time_equal(std::string_view left, std::string_view right);

// With padding and without line breaks. Decoding accepts only what encoding makes.
std::string base64(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

// In small letters; decoding accepts large ones too.
std::string hex(std::string_view bytes);
std::optional<std::string> hex_decode(std::string_view text);

}  // namespace shaddock
