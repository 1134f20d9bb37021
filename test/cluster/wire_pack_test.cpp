#include "cluster/wire_pack.h"

#include <doctest/doctest.h>

#include <map>
#include <msgpack.hpp>
#include <random>
#include <string>

using namespace shaddock::cluster;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

template <class Value>
std::string packed(const Value& value) {
  msgpack::sbuffer out;
  msgpack::pack(out, value);
  return {out.data(), out.size()};
}

std::string written_number(std::uint64_t value) {
  char room[pack::kMostNumber];
  return {room, pack::put_number(room, value)};
}

}  // namespace

TEST_CASE("numbers are written exactly as the msgpack library writes them") {
  for (int bit = 0; bit < 64; ++bit)
    for (const std::uint64_t value : {(1ull << bit) - 1, 1ull << bit, (1ull << bit) + 1})
      CHECK(written_number(value) == packed(value));
}

TEST_CASE("a number that does not fit its variable is refused") {
  std::uint8_t byte = 0;
  CHECK(pack::Reader(written_number(255)).number(byte));
  CHECK(byte == 255);
  CHECK(!pack::Reader(written_number(256)).number(byte));
}

TEST_CASE("texts and blobs of all length classes come back") {
  for (const std::size_t size : {0u, 1u, 31u, 32u, 255u, 256u, 65'535u, 65'536u}) {
    const std::string value(size, 'v');
    std::string room(size + pack::kMostLength, '\0');
    std::string_view read;
    CHECK(pack::Reader({room.data(), pack::put_text(room.data(), value)}).text(read));
    CHECK(read == value);
    CHECK(pack::Reader({room.data(), pack::put_blob(room.data(), value)}).blob(read));
    CHECK(read == value);
    const std::string theirs = packed(value);
    CHECK(pack::Reader(theirs).text(read));
    CHECK(read == value);
  }
}

TEST_CASE("a text is no blob and a blob is no text") {
  std::string_view read;
  CHECK(!pack::Reader("\xa1x"sv).blob(read));
  CHECK(!pack::Reader("\xc4\x01x"sv).text(read));
  CHECK(!pack::Reader(""sv).text(read));
  CHECK(!pack::Reader(""sv).blob(read));
}

TEST_CASE("maps and arrays claim no more than the bytes that follow can hold") {
  std::uint32_t count = 0;
  CHECK(pack::Reader("\x92\x01\x02"sv).array(count));
  CHECK(!pack::Reader("\x92\x01"sv).array(count));
  CHECK(pack::Reader("\x81\x01\x02"sv).map(count));
  CHECK(!pack::Reader("\x81\x01"sv).map(count));
  CHECK(!pack::Reader("\xdf\xff\xff\xff\xff\x01\x02"sv).map(count));
  char room[pack::kMostLength];
  CHECK(std::string_view(room, pack::put_map(room, 16)) == "\xdf\x00\x00\x00\x10"sv);
}

TEST_CASE("any value the msgpack library writes can be stepped over") {
  const std::map<std::string, std::vector<double>> nested{{"a", {1.5, -2}}, {"b", {}}};
  for (const std::string& value :
       {packed(nested), packed(-1), packed(-1'000'000), packed(true),
        packed(msgpack::type::nil_t{}), packed(1.5f), packed(std::string(300, 'x')),
        packed(std::vector<char>(70'000, 'b')), packed(std::vector<int>(20, 7)),
        packed(std::map<int, int>{{1, 2}}), "\xd4\x01x"s, "\xd8\x01"s + std::string(16, 'e'),
        "\xc7\x02\x05xy"s}) {
    pack::Reader in(value);
    CHECK(in.skip(4));
    CHECK(in.done());
    pack::Reader cut(std::string_view(value).substr(0, value.size() - 1));
    CHECK(!cut.skip(4));
  }
}

TEST_CASE("nesting deeper than asked for is refused before the stack suffers") {
  const std::string deep(1'000'000, '\x91');
  CHECK(!pack::Reader(deep).skip(32));
  CHECK(!pack::Reader("\x91\x91\x01"sv).skip(1));
  CHECK(pack::Reader("\x91\x91\x01"sv).skip(2));
}

TEST_CASE("random bytes are stepped over or refused within their bounds") {
  std::mt19937_64 random(7);
  int whole = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    bytes.shrink_to_fit();
    whole += pack::Reader(bytes).skip(8) ? 1 : 0;
  }
  CHECK(whole > 0);
}
