#pragma once

#include <cstddef>
#include <string_view>

namespace shaddock::net {

// A look at the head of a TLS hello. OpenSSL takes some 60 KiB as soon as it has read it, and more
// when much is announced; so the hello is kept from it until it has come, which costs a peer that
// dribbles or lies no more than what it sent.
//
//   | 0x16 | version, 2 | size of the record, 2 | 0x01 | size of the hello, 3 |     RFC 8446,
//   4, 5.1
//
enum class Hello {
  more,       // ask again with more bytes
  fine,       // it is here, or it is no hello at all: OpenSSL knows what to answer
  too_large,  // over kMostHello, or cut into records so small that its size cannot be told
};

inline constexpr std::size_t kMostHello = 16 * 1024;

Hello look_at_hello(std::string_view first_bytes);

}  // namespace shaddock::net
