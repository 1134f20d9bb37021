#pragma once

#include <cstdint>
#include <string_view>

namespace shaddock {

// The common CRC-32 (polynomial EDB88320).
std::uint32_t crc32(std::string_view bytes);

// Where Pomelo places a key: abs(crc32(key)), where its CRC is a signed number over the low eight
// bits of each UTF-16 unit of the key. So only ASCII keys have the CRC of their UTF-8. A byte that
// is not UTF-8 counts as U+FFFD.
std::uint32_t pomelo_hash(std::string_view key);

}  // namespace shaddock
