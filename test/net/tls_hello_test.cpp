#include "net/tls_hello.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock::net;

namespace {

std::string head(std::size_t record, std::size_t hello) {
  std::string bytes("\x16\x03\x01", 3);
  for (const int shift : {8, 0}) bytes.push_back(static_cast<char>(record >> shift));
  bytes.push_back(1);
  for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<char>(hello >> shift));
  return bytes;
}

}  // namespace

TEST_CASE("A hello is kept back until it is whole") {
  const std::string hello = head(512, 508) + std::string(508, 'x');
  for (std::size_t size = 0; size < hello.size(); ++size) {
    CHECK(look_at_hello(hello.substr(0, size)) == Hello::more);
  }
  CHECK(look_at_hello(hello) == Hello::fine);
  CHECK(look_at_hello(hello + "and more") == Hello::fine);
}

TEST_CASE("A hello may announce 16 KiB and no byte more") {
  CHECK(look_at_hello(head(16384, kMostHello - 1)) == Hello::more);
  CHECK(look_at_hello(head(16384, kMostHello)) == Hello::more);
  CHECK(look_at_hello(head(16384, kMostHello + 1)) == Hello::too_large);
  CHECK(look_at_hello(head(16384, 0xffffff)) == Hello::too_large);
}

TEST_CASE("A record so small that it hides the size of the hello is refused") {
  CHECK(look_at_hello(head(4, 100)) == Hello::more);
  CHECK(look_at_hello(head(3, 100)) == Hello::too_large);
  CHECK(look_at_hello(head(0, 100)) == Hello::too_large);
}

TEST_CASE("What is no hello at all is left to OpenSSL") {
  CHECK(look_at_hello("GET / HTTP/1.1") == Hello::fine);
  CHECK(look_at_hello(std::string_view("\x16\x03\x01\x02\x00\x02", 6)) == Hello::fine);
}
