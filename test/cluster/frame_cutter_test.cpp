#include "cluster/frame_cutter.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::string_view_literals;

namespace {

std::string framed(std::string_view frame) {
  char length[4];
  pack::put_big_endian(length, static_cast<std::uint32_t>(frame.size()));
  return std::string(length, 4) + std::string(frame);
}

}  // namespace

TEST_CASE("frames come out whole and in order however the stream is split") {
  std::mt19937_64 random(11);
  std::vector<std::string> sent;
  std::string stream;
  for (int i = 0; i < 200; ++i) {
    sent.emplace_back(1 + random() % (i % 20 == 0 ? 5000 : 40), static_cast<char>('a' + i % 26));
    stream += framed(sent.back());
  }
  for (int round = 0; round < 50; ++round) {
    FrameCutter cutter;
    std::vector<std::string> got;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size =
          std::min<std::size_t>(1 + random() % (round + 1) * 7, stream.size() - at);
      CHECK(cutter.feed(std::string_view(stream).substr(at, size), [&](std::string_view frame) {
        got.emplace_back(frame);
        return true;
      }));
      at += size;
    }
    CHECK(got == sent);
  }
}

TEST_CASE("a frame that is whole in its chunk is not copied") {
  const std::string chunk = framed("one") + framed("two");
  FrameCutter cutter;
  std::vector<const char*> places;
  REQUIRE(cutter.feed(chunk, [&](std::string_view frame) {
    places.push_back(frame.data());
    return true;
  }));
  CHECK(places == std::vector<const char*>{chunk.data() + 4, chunk.data() + 11});
}

TEST_CASE("a length of nothing or of more than the cap ends the stream, in one piece or in four") {
  for (const std::uint32_t length : {0u, static_cast<std::uint32_t>(kMaxFrame) + 1, ~0u}) {
    char bytes[5] = {};
    pack::put_big_endian(bytes, length);
    const auto never = [](std::string_view) {
      FAIL("no frame expected");
      return true;
    };
    FrameCutter whole;
    CHECK(!whole.feed({bytes, 5}, never));
    FrameCutter split;
    CHECK(split.feed({bytes, 2}, never));
    CHECK(!split.feed({bytes + 2, 2}, never));
  }
}

TEST_CASE("a frame of the greatest length passes") {
  const std::string stream = framed(std::string(kMaxFrame, 'x'));
  FrameCutter cutter;
  std::size_t size = 0;
  const auto take = [&](std::string_view frame) { return size = frame.size(), true; };
  CHECK(cutter.feed(std::string_view(stream).substr(0, 100), take));
  CHECK(cutter.feed(std::string_view(stream).substr(100), take));
  CHECK(size == kMaxFrame);
}

TEST_CASE("nothing more is handed out once a frame was refused") {
  FrameCutter cutter;
  int taken = 0;
  CHECK(!cutter.feed(framed("a") + framed("b"), [&](std::string_view) { return ++taken, false; }));
  CHECK(taken == 1);
}
