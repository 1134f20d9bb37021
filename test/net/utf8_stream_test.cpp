#include "net/utf8_stream.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "base/utf8.h"

using shaddock::is_utf8;
using shaddock::net::Utf8Stream;

namespace {

bool valid(std::string_view text, std::size_t piece) {
  Utf8Stream stream;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (!stream.feed(text.substr(at, piece))) return false;
  }
  return stream.complete();
}

std::string encoded(std::uint32_t value) {
  const auto tail = [value](int shift) {
    return static_cast<char>(0x80 | (value >> shift & 0x3F));
  };
  if (value < 0x80) return {static_cast<char>(value)};
  if (value < 0x800) return {static_cast<char>(0xC0 | value >> 6), tail(0)};
  if (value < 0x10000) return {static_cast<char>(0xE0 | value >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | value >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("every character passes byte by byte, every surrogate fails") {
  for (std::uint32_t value = 0; value <= 0x10FFFF; ++value) {
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (valid(encoded(value), 1) == surrogate) FAIL("U+", value);
  }
}

TEST_CASE("what is not UTF-8 fails however it is cut") {
  for (const std::string text :
       {"\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\x80", "a\xe2\x82", "\xe2\x28\xa1"}) {
    for (const char* before : {"", "x", "twelve bytes"}) {
      for (std::size_t piece : {1, 2, 3, 100}) CHECK_FALSE(valid(before + text, piece));
    }
  }
}

TEST_CASE("after a wrong byte nothing is right again until reset") {
  Utf8Stream stream;
  CHECK_FALSE(stream.feed("\xff"));
  CHECK_FALSE(stream.feed("good"));
  stream.reset();
  CHECK(stream.feed("good"));
}

TEST_CASE("the stream agrees with the check of whole texts") {
  std::mt19937 random(3);
  for (int round = 0; round < 50000; ++round) {
    std::string text(random() % 24, 'a');
    for (std::size_t i = random() % 4; i > 0 && !text.empty(); --i) {
      text.replace(random() % text.size(), 0, encoded(random() % 0x110000));
    }
    if (random() % 2 == 0 && !text.empty())
      text[random() % text.size()] = static_cast<char>(random());
    REQUIRE(valid(text, 1 + random() % 9) == is_utf8(text));
  }
}
