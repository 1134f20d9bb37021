#include "base/inflate.h"

#include <doctest/doctest.h>

#include <ctime>
#include <random>
#include <string>

#include "base/crypto.h"
#include "base/deflate.h"

using namespace shaddock;

namespace {

constexpr std::size_t kCap = 64 * 1024;
constexpr Compression kFormats[] = {Compression::zlib, Compression::gzip, Compression::message};

std::string deflated(Compression format, std::string_view bytes, int level = 6) {
  Buffer out;
  REQUIRE(Deflater(level).deflate(format, bytes, out));
  return std::string(out.view());
}

struct Outcome {
  int code;  // of the error, or 200
  std::string text;
  bool operator==(const Outcome&) const = default;
};

Outcome inflated(Compression format, std::string_view bytes, std::size_t cap = kCap) {
  Buffer out;
  out.append("before");
  const auto size = inflate_bounded(format, bytes, cap, out);
  CHECK(out.view().substr(0, 6) == "before");
  REQUIRE(out.size() == 6 + (size.ok() ? *size : 0));
  return {size.ok() ? 200 : size.error().code, std::string(out.view().substr(6))};
}

std::string bytes_of(std::string_view digits) { return hex_decode(digits).value(); }

double cpu_milliseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

TEST_CASE("what others deflated is inflated, as zlib and as gzip") {
  CHECK(inflated(Compression::zlib, bytes_of("789ccb48cdc9c90700062c0215")) ==
        Outcome{200, "hello"});
  CHECK(
      inflated(Compression::gzip, bytes_of("1f8b08000000000002ffcb48cdc9c9070086a6103605000000")) ==
      Outcome{200, "hello"});
}

TEST_CASE("the messages of RFC 7692, section 7.2.3, are inflated") {
  for (const char* message : {"f248cdc9c90700",               // one block
                              "000500faff48656c6c6f00",       // without compression
                              "f348cdc9c9070000",             // a block that says it is the last
                              "f348cdc9c90700",               // the same without its empty block
                              "f24805000000ffffcac9c90700"})  // two blocks
    CHECK(inflated(Compression::message, bytes_of(message)) == Outcome{200, "Hello"});
  CHECK(inflated(Compression::message, bytes_of("00")) == Outcome{200, ""});
  CHECK(inflated(Compression::message, "") == Outcome{200, ""});
}

TEST_CASE("the first bytes tell zlib and gzip from JSON") {
  for (const char* start : {"7801", "785e", "789c", "78da"})
    CHECK(compression_of(bytes_of(start)) == Compression::zlib);
  CHECK(compression_of(bytes_of("1f8b08")) == Compression::gzip);
  for (const char* start : {"", "78", "1f", "7800", "789d", "7b22", "8b1f"})
    CHECK_FALSE(compression_of(bytes_of(start)));
  for (int level = 1; level <= 9; ++level)
    CHECK(compression_of(deflated(Compression::zlib, std::string(99, 'x'), level)) ==
          Compression::zlib);
}

TEST_CASE("one byte over the cap is 413, the cap itself is not") {
  for (const Compression format : kFormats) {
    for (std::size_t size : {100u, 1024u, 5000u, 65536u}) {
      const std::string text(size, 'x'), small = deflated(format, text);
      CAPTURE(size);
      CHECK(inflated(format, small, size + 1) == Outcome{200, text});
      CHECK(inflated(format, small, size) == Outcome{200, text});
      CHECK(inflated(format, small, size - 1) == Outcome{413, ""});
      CHECK(inflated(format, small, 0) == Outcome{413, ""});
    }
  }
}

TEST_CASE("bytes cut anywhere, changed in their middle or with more behind are 400") {
  const std::string text = "one two three one two three one two three";
  for (const Compression format : {Compression::zlib, Compression::gzip}) {
    const std::string good = deflated(format, text);
    for (std::size_t n = 0; n < good.size(); ++n)
      CHECK(inflated(format, good.substr(0, n)).code == 400);
    CHECK(inflated(format, good + 'x').code == 400);
    CHECK(inflated(format, good + good).code == 400);
    for (std::size_t behind : {1u, 6u}) {
      std::string wrong = good;
      wrong[wrong.size() - behind] ^= 1;  // the checksum or the length
      CHECK(inflated(format, wrong).code == 400);
    }
  }
  const std::string message = deflated(Compression::message, text);
  for (std::size_t n = 1; n + 1 < message.size(); ++n)
    CHECK(inflated(Compression::message, message.substr(0, n)).code == 400);
}

TEST_CASE("what was never deflated is 400") {
  for (const Compression format : kFormats) {
    CHECK(inflated(format, "\xff\xff\xff\xff").code == 400);
    CHECK(inflated(format, "{\"sys\":{}}").code == 400);
  }
  CHECK(inflated(Compression::zlib, bytes_of("78bb00000001")).code == 400);  // wants a dictionary
  // Goes back further than the message is long, so into the one before, which is gone.
  CHECK(inflated(Compression::message, bytes_of("f200110000")).code == 400);
}

TEST_CASE("one inflater serves one after the other, whatever came before") {
  Inflater inflater;
  Deflater deflater;
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::string text(1 + random() % 3000, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 4);
    const Compression format = kFormats[random() % 3];
    Buffer small, out;
    if (!deflater.deflate(format, text, small)) continue;
    const bool broken = random() % 4 == 0;
    const std::size_t cut = broken ? 1 + random() % (small.size() - 2) : small.size();
    const auto size = inflater.inflate(format, small.view().substr(0, cut), kCap, out);
    REQUIRE(size.ok() == !broken);
    if (!broken) REQUIRE(out.view() == text);
  }
}

TEST_CASE("random bytes never give more than the cap") {
  Inflater inflater;
  std::mt19937 random(12);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 60, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    Buffer out;
    const auto size = inflater.inflate(kFormats[random() % 3], bytes, 50, out);
    REQUIRE(out.size() == (size.ok() ? *size : 0));
    REQUIRE(out.size() <= 50);
  }
}

TEST_CASE("T6 a bomb of 64 MiB stops at the cap, in memory and in time") {
  const std::string bomb = deflated(Compression::zlib, std::string(64 << 20, '\0'), 9);
  REQUIRE(bomb.size() < 66 * 1024);
  Inflater inflater;
  Buffer out;
  const double before = cpu_milliseconds();
  const auto size = inflater.inflate(Compression::zlib, bomb, kCap, out);
  MESSAGE("64 KiB for 64 MiB: refused in ", cpu_milliseconds() - before, " ms of CPU, with ",
          out.capacity(), " bytes of memory");
  REQUIRE_FALSE(size.ok());
  CHECK(size.error().code == 413);
  CHECK(out.capacity() <= 2 * kCap);
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(inflater.inflate(Compression::zlib, bomb, kCap, out));
  CHECK(out.capacity() <= 2 * kCap);
}

TEST_CASE("a bomb inside a bomb is inflated once") {
  const std::string inner = deflated(Compression::gzip, std::string(1 << 20, '\0'));
  CHECK(inflated(Compression::gzip, deflated(Compression::gzip, inner)) == Outcome{200, inner});
}
