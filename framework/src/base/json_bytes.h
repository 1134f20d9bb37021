#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace shaddock {

// Bytes of JSON strings, sixteen at a time. A byte is plain when it stands for itself in a string:
// ASCII, and no control character, quote or backslash. Nothing is read beyond the bytes given.

inline constexpr std::size_t kPlainBlock = 16;

// How many of sixteen bytes, given as two words as they stand in memory, are plain before the first
// that is not. For any machine.
inline std::size_t plain_in_words(std::uint64_t low, std::uint64_t high) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u, kTops = 0x8080808080808080u;
  // The lowest top bit marks the first special byte; above it there may be wrong ones.
  const auto special = [](std::uint64_t word) {
    const std::uint64_t quote = word ^ kOnes * '"', backslash = word ^ kOnes * '\\';
    return (word | ((word - kOnes * 0x20) & ~word) | ((quote - kOnes) & ~quote) |
            ((backslash - kOnes) & ~backslash)) &
           kTops;
  };
  const auto plain = [&special](std::uint64_t word) {
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return static_cast<std::size_t>(std::countr_zero(special(word))) / 8;
  };
  const std::size_t first = plain(low);
  return first < 8 ? first : 8 + plain(high);
}

template <class Word>
Word load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

#ifdef __SSE2__
inline std::size_t plain_in(__m128i bytes) {
  // As signed numbers the bytes beyond ASCII are below the space too.
  const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const int special = _mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, backslash)));
  return static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(special) | 1u << 16));
}
inline std::size_t plain_in_block(const char* at) {
  return plain_in(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
}
inline std::size_t plain_in_pair(std::uint64_t low, std::uint64_t high) {
  return plain_in(_mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low)));
}
#else
inline std::size_t plain_in_block(const char* at) {
  return plain_in_words(load<std::uint64_t>(at), load<std::uint64_t>(at + 8));
}
inline std::size_t plain_in_pair(std::uint64_t low, std::uint64_t high) {
  return plain_in_words(low, high);
}
#endif

// The number of plain bytes at the front. What is left of a block is looked at together with bytes
// before it.
inline std::size_t plain_prefix(std::string_view text) {
  const char* const at = text.data();
  const std::size_t size = text.size();
  std::size_t done = 0;
  for (; size - done >= kPlainBlock; done += kPlainBlock)
    if (const std::size_t plain = plain_in_block(at + done); plain < kPlainBlock)
      return done + plain;
  if (done == size) return size;
  if (size >= kPlainBlock) return size - kPlainBlock + plain_in_block(at + size - kPlainBlock);
  if (size >= 8) {
    const std::size_t plain =
        plain_in_pair(load<std::uint64_t>(at), load<std::uint64_t>(at + size - 8));
    return plain < 8 ? plain : size + plain - kPlainBlock;
  }
  if (size >= 4) {
    const auto pair = [](std::uint32_t one, std::uint32_t two) {
      if constexpr (std::endian::native == std::endian::big) std::swap(one, two);
      return one | std::uint64_t{two} << 32;
    };
    const std::uint64_t word = pair(load<std::uint32_t>(at), load<std::uint32_t>(at + size - 4));
    const std::size_t plain = plain_in_pair(word, word);
    return plain < 4 ? plain : plain < 8 ? size + plain - 8 : size;
  }
  const auto is_plain = [](char byte) {
    return static_cast<signed char>(byte) >= 0x20 && byte != '"' && byte != '\\';
  };
  while (done < size && is_plain(at[done])) ++done;
  return done;
}

// memcpy without a call for what is short.
inline void copy_short(char* to, const char* from, std::size_t size) {
  if (size > 2 * kPlainBlock) {
    std::memcpy(to, from, size);
  } else if (size >= kPlainBlock) {
    char first[kPlainBlock], last[kPlainBlock];
    std::memcpy(first, from, sizeof first);
    std::memcpy(last, from + size - sizeof last, sizeof last);
    std::memcpy(to, first, sizeof first);
    std::memcpy(to + size - sizeof last, last, sizeof last);
  } else if (size >= 8) {
    const auto first = load<std::uint64_t>(from), last = load<std::uint64_t>(from + size - 8);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + size - sizeof last, &last, sizeof last);
  } else if (size >= 4) {
    const auto first = load<std::uint32_t>(from), last = load<std::uint32_t>(from + size - 4);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + size - sizeof last, &last, sizeof last);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
  }
}

// Whether both are the same, without a call for what is short.
inline bool same_short(std::string_view one, std::string_view two) {
  const std::size_t size = one.size();
  if (size != two.size()) return false;
  if (size > kPlainBlock) return one == two;
  const auto same = [a = one.data(), b = two.data(), size]<class Word>(Word) {
    const std::size_t last = size - sizeof(Word);
    return ((load<Word>(a) ^ load<Word>(b)) | (load<Word>(a + last) ^ load<Word>(b + last))) == 0;
  };
  if (size >= 8) return same(std::uint64_t{});
  if (size >= 4) return same(std::uint32_t{});
  if (size >= 2) return same(std::uint16_t{});
  return size == 0 || one[0] == two[0];
}

}  // namespace shaddock
