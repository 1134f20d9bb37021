#include "cluster/wire_codec.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <msgpack.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::string_literals;

namespace {

enum class Mood : std::uint8_t { calm, angry };

struct Member {
  std::string name;
  std::optional<int> level;
  bool operator==(const Member&) const = default;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("level", m.level);
  }
};

struct Everything {
  bool flag = false;
  std::int8_t small = 0;
  std::uint64_t large = 0;
  double real = 0;
  float narrow = 0;
  Mood mood = Mood::calm;
  std::string text;
  std::vector<Member> members;
  std::map<std::string, std::int64_t> scores;
  Json any;
  bool operator==(const Everything&) const = default;
  static void fields(auto& m, auto&& f) {
    f("flag", m.flag);
    f("small", m.small);
    f("large", m.large);
    f("real", m.real);
    f("narrow", m.narrow);
    f("mood", m.mood);
    f("text", m.text);
    f("members", m.members);
    f("scores", m.scores);
    f("any", m.any);
  }
};

struct Small {
  std::int8_t value = 0;
  static void fields(auto& m, auto&& f) { f("value", m.value); }
};

Everything sample() {
  return {true,
          -128,
          ~std::uint64_t{0},
          -1.5,
          0.25f,
          Mood::angry,
          "bytes \xff of any kind"s,
          {{"lucy", 7}, {"tom", {}}},
          {{"a", std::numeric_limits<std::int64_t>::min()}, {"b", 1}},
          {{"list", Json(Json::Array{1, -1, 2.5, "x", nullptr, true})}, {"empty", Json::object()}}};
}

template <class T>
std::string encoded(const T& value) {
  Buffer out;
  encode_msgpack(type_of<T>(), &value, out);
  return std::string(out.view());
}

template <class T>
Result<T> decoded(std::string_view bytes) {
  T value{};
  if (auto read = decode_msgpack(bytes, type_of<T>(), &value); !read)
    return std::move(read).error();
  return value;
}

template <class T>
std::string packed(const T& value) {
  msgpack::sbuffer out;
  msgpack::pack(out, value);
  return {out.data(), out.size()};
}

}  // namespace

TEST_CASE("a message of every kind of field comes back as it was") {
  const auto read = decoded<Everything>(encoded(sample()));
  REQUIRE(read.ok());
  CHECK(*read == sample());
}

TEST_CASE("the msgpack library reads what we write, absent optionals left out") {
  const std::string bytes = encoded(Member{"tom", {}});
  const auto handle = msgpack::unpack(bytes.data(), bytes.size());
  const auto map = handle.get().as<std::map<std::string, std::string>>();
  CHECK(map == std::map<std::string, std::string>{{"name", "tom"}});
}

TEST_CASE("what the msgpack library writes is read, unknown names are skipped") {
  msgpack::sbuffer out;
  msgpack::packer<msgpack::sbuffer> packer(out);
  packer.pack_map(4);
  packer.pack("later"), packer.pack(std::vector<std::map<int, int>>{});
  packer.pack("level"), packer.pack_nil();
  packer.pack("name"), packer.pack("tom");
  packer.pack("deep"), packer.pack(std::map<std::string, std::vector<int>>{{"x", {1, 2}}});
  const auto read = decoded<Member>({out.data(), out.size()});
  REQUIRE(read.ok());
  CHECK(*read == Member{"tom", {}});
}

TEST_CASE("a missing field, a wrong kind and a value out of range are 400 and name the field") {
  const auto missing = decoded<Member>(packed(std::map<std::string, int>{{"level", 1}}));
  REQUIRE(!missing.ok());
  CHECK(missing.error().code == code::kBadMessage);
  CHECK(missing.error().text.find("name") != std::string::npos);
  for (const std::string& bytes : {packed(std::map<std::string, int>{{"value", 128}}),
                                   packed(std::map<std::string, int>{{"value", -129}}),
                                   packed(std::map<std::string, std::uint64_t>{{"value", ~0ull}}),
                                   packed(std::map<std::string, double>{{"value", 1.5}}),
                                   packed(std::map<std::string, std::string>{{"value", "1"}}),
                                   packed(std::map<std::string, bool>{{"value", true}})}) {
    const auto read = decoded<Small>(bytes);
    REQUIRE(!read.ok());
    CHECK(read.error().code == code::kBadMessage);
    CHECK(read.error().text.find("value") != std::string::npos);
  }
}

TEST_CASE("integers of every width, and doubles without a fraction, fit where their value fits") {
  for (const std::string& number :
       {"\x05"s, "\xcc\x05"s, "\xcd\x00\x05"s, "\xd0\x05"s, "\xd1\x00\x05"s,
        "\xd3\x00\x00\x00\x00\x00\x00\x00\x05"s, "\xcb\x40\x14\x00\x00\x00\x00\x00\x00"s}) {
    const auto read = decoded<Small>("\x81\xa5value"s + number);
    REQUIRE(read.ok());
    CHECK(read->value == 5);
  }
}

TEST_CASE("doubles around the ends of the integers arrive as they are") {
  for (const double end : {9223372036854775808.0, 18446744073709551616.0})
    for (const double value : {std::nextafter(end, 0), end, std::nextafter(end, 1e300), -end}) {
      Everything sent, read;
      sent.real = value, sent.any = value;
      Buffer out;
      encode_msgpack(type_of<Everything>(), &sent, out);
      REQUIRE(decode_msgpack(out.view(), type_of<Everything>(), &read).ok());
      CHECK(read == sent);
    }
}

TEST_CASE("no bytes at all are an empty message") {
  CHECK(decoded<Nothing>("").ok());
  CHECK(!decoded<Member>("").ok());
}

TEST_CASE("bytes behind the value, extensions and keys that are no text are refused") {
  CHECK(!decoded<Nothing>("\x80\x80"s).ok());
  CHECK(!decoded<Json>("\xd4\x01x"s).ok());
  CHECK(!decoded<Json>("\x81\x01\x01"s).ok());
  CHECK(!decoded<Json>("\xc1"s).ok());
}

TEST_CASE("32 levels pass and 33 do not") {
  CHECK(decoded<Json>(std::string(32, '\x91') + '\xc0').ok());
  CHECK(!decoded<Json>(std::string(33, '\x91') + '\xc0').ok());
  CHECK(!decoded<Json>(std::string(1'000'000, '\x91')).ok());
}

TEST_CASE(
    "a header that claims more than the cap or more than there is fails before anything is built") {
  CHECK(!decoded<Json>("\xdd\xff\xff\xff\xff\x01"s).ok());
  CHECK(!decoded<Json>("\xdd\x00\x01\x86\xa1"s + std::string(100'001, '\x01')).ok());
  CHECK(decoded<Json>("\xdd\x00\x01\x00\x00"s + std::string(65'536, '\x01')).ok());
}

TEST_CASE("every truncation is refused and random damage does no harm") {
  const std::string whole = encoded(sample());
  for (std::size_t size = 1; size < whole.size(); ++size)
    CHECK(!decoded<Everything>(std::string(whole, 0, size)).ok());
  std::mt19937_64 random(23);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = whole;
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    refused += decoded<Everything>(bytes).ok() ? 0 : 1;
  }
  CHECK(refused > 1000);
}

TEST_CASE("an error comes back whole, and one that cannot be read keeps the status of its answer") {
  Buffer out;
  encode_error(Error(477, "no\xff", {{"why", "test"}}), out);
  const Error read = decode_error(out.view(), 500);
  CHECK(read.code == 477);
  CHECK(read.text == "no\xff");
  CHECK(read.body == Json({{"why", "test"}}));
  for (const std::string& bytes :
       {""s, "\x81\x01"s, "garbage"s, std::string(out.view().substr(0, 9))}) {
    CHECK(decode_error(bytes, 503).code == 503);
    CHECK(decode_error(bytes, 503).text.empty());
  }
}
