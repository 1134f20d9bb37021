#include "net/utf8_stream.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "base/utf8.h"
#include "base/utf8_table.h"

using shaddock::is_utf8;
using shaddock::net::Utf8Stream;
using shaddock::test::utf8_of;

namespace {

bool valid(std::string_view text, std::size_t piece) {
  Utf8Stream stream;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (!stream.feed(text.substr(at, piece))) return false;
  }
  return stream.complete();
}

}  // namespace

TEST_CASE("every character passes byte by byte, every surrogate fails") {
  for (std::uint32_t value = 0; value <= 0x10FFFF; ++value) {
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (valid(utf8_of(value), 1) == surrogate) FAIL("U+", value);
  }
}

TEST_CASE("every row of the table is judged right however it is cut") {
  for (const auto& row : shaddock::test::kUtf8Table) {
    CAPTURE(row.what);
    for (const std::string before : {"", "x", "twelve bytes"}) {
      for (std::size_t piece : {1, 2, 3, 100})
        CHECK(valid(before + std::string(row.bytes), piece) == row.valid());
    }
  }
}

TEST_CASE("the first byte that cannot be right any more is wrong, not a later one") {
  for (const char* text : {"\xc0", "\xc1", "\xf5", "\xff", "\x80", "\xe0\x9f", "\xed\xa0",
                           "\xf0\x8f", "\xf4\x90", "\xe2\x28", "\xe4\xbd\xc3"}) {
    const std::string_view bytes(text);
    Utf8Stream stream;
    CHECK(stream.feed(bytes.substr(0, bytes.size() - 1)));
    CHECK_FALSE(stream.feed(bytes.substr(bytes.size() - 1)));
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
      text.replace(random() % text.size(), 0, utf8_of(random() % 0x110000));
    }
    if (random() % 2 == 0 && !text.empty())
      text[random() % text.size()] = static_cast<char>(random());
    REQUIRE(valid(text, 1 + random() % 9) == is_utf8(text));
  }
}
