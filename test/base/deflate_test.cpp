#include "base/deflate.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "base/inflate.h"

using namespace shaddock;

namespace {

constexpr Compression kFormats[] = {Compression::zlib, Compression::gzip, Compression::message};

std::string noise(std::size_t size) {
  std::mt19937 random(1);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

std::string chatter(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "{\"route\":\"onChat\",\"n\":" + std::to_string(text.size());
  return text.substr(0, size);
}

}  // namespace

TEST_CASE("what is deflated is smaller and inflates to itself") {
  Deflater deflater;
  for (const Compression format : kFormats) {
    for (std::size_t size : {200u, 1000u, 65536u, 300000u}) {
      const std::string text = chatter(size);
      Buffer small, back;
      small.append("kept");
      REQUIRE(deflater.deflate(format, text, small));
      CHECK(small.size() < 4 + size);
      CHECK(small.view().substr(0, 4) == "kept");
      REQUIRE(inflate_bounded(format, small.view().substr(4), size, back).ok());
      CHECK(back.view() == text);
    }
  }
}

TEST_CASE("what would not get smaller is left alone, and what comes next is not disturbed") {
  Deflater deflater;
  for (const Compression format : kFormats) {
    for (const std::string& text : {std::string(), std::string("x"), noise(100), noise(50000)}) {
      Buffer out;
      out.append("kept");
      CHECK_FALSE(deflater.deflate(format, text, out));
      CHECK(out.view() == "kept");
    }
    Buffer small;
    CHECK(deflater.deflate(format, chatter(500), small));
  }
}

TEST_CASE("each piece stands for itself: the same bytes give the same deflated bytes") {
  Deflater deflater;
  Buffer first, second;
  REQUIRE(deflater.deflate(Compression::message, chatter(700), first));
  REQUIRE(deflater.deflate(Compression::message, chatter(700), second));
  CHECK(first.view() == second.view());
}

TEST_CASE("a narrow window reaches back no further than it is wide") {
  const std::string part = noise(600), text = part + part;  // repeats itself 600 bytes back
  Deflater deflater;
  Buffer out;
  CHECK(deflater.deflate(Compression::message, text, out, 10));
  CHECK(out.size() < 700);
  CHECK_FALSE(deflater.deflate(Compression::message, text, out, Deflater::kNarrowest));
  CHECK(deflater.deflate(Compression::message, text, out, Deflater::kWidest));
}

TEST_CASE("a higher level does not make it larger") {
  Buffer fast, small;
  REQUIRE(Deflater(1).deflate(Compression::zlib, chatter(20000), fast));
  REQUIRE(Deflater(9).deflate(Compression::zlib, chatter(20000), small));
  CHECK(small.size() <= fast.size());
}
