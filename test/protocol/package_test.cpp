#include "protocol/package.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "protocol/hex.h"

using namespace shaddock;
using namespace shaddock::protocol;
using shaddock::testing::from_hex;
using shaddock::testing::to_hex;

namespace {

struct Vector {
  PackageType type;
  std::string body;
  std::string hex;  // of the header
};

const std::vector<Vector> kVectors = {
    {PackageType::heartbeat, "", "03000000"},
    {PackageType::handshake_ack, "", "02000000"},
    {PackageType::handshake,
     R"({"sys":{"type":"js-websocket","version":"0.0.1","rsa":{},"protoVersion":0}})", "0100004b"},
    {PackageType::handshake, R"({"code":200,"sys":{"heartbeat":3}})", "01000022"},
    {PackageType::handshake, R"({"code":200,"sys":{"heartbeat":10},"user":{"k":1}})", "01000032"},
    {PackageType::handshake, R"({"code":500})", "0100000c"},
    {PackageType::handshake, R"({"code":501})", "0100000c"},
    {PackageType::kick, R"({"reason":"kick"})", "05000011"},
    {PackageType::data, std::string(70000, 'x'), "04011170"},
    {PackageType::data, std::string(0xFFFFFF, 'x'), "04ffffff"},
};

struct Seen {
  int type;
  std::string body;
  bool operator==(const Seen&) const = default;
};

void read_all(PackageReader& reader, std::string_view chunk, std::vector<Seen>& seen) {
  reader.feed(chunk);
  while (const auto package = reader.next()) {
    seen.push_back({static_cast<int>(package->type), std::string(package->body)});
  }
}

std::string stream_of_packages(std::vector<Seen>& packages) {
  Buffer out;
  for (int i = 0; i < 50; ++i) {
    const auto type = static_cast<PackageType>(1 + i % 5);
    const std::string body(static_cast<std::size_t>(i * i % 300), static_cast<char>('a' + i % 26));
    packages.push_back({static_cast<int>(type), body});
    REQUIRE(append_package(out, type, body));
  }
  return std::string(out.view());
}

}  // namespace

TEST_CASE("packages are written and read as Pomelo writes them") {
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.hex);
    const std::string bytes = from_hex(vector.hex) + vector.body;

    Buffer out;
    CHECK(append_package(out, vector.type, vector.body));
    CHECK(out.view() == bytes);

    PackageReader reader;
    std::vector<Seen> seen;
    read_all(reader, bytes, seen);
    CHECK(seen == std::vector<Seen>{{static_cast<int>(vector.type), vector.body}});
    CHECK(reader.at_boundary());
  }
}

TEST_CASE("the ready packages are what the encoder writes") {
  Buffer out;
  REQUIRE(append_package(out, PackageType::heartbeat, ""));
  REQUIRE(append_package(out, PackageType::handshake_ack, ""));
  CHECK(out.view() == std::string(kHeartbeatPackage) + std::string(kHandshakeAckPackage));
}

TEST_CASE("a body can be encoded in place behind other bytes") {
  Buffer out;
  out.append("before");
  const std::size_t at = begin_package(out);
  out.append("hello");
  CHECK(end_package(out, at, PackageType::data));
  CHECK(out.view() == "before" + from_hex("04000005") + "hello");
}

TEST_CASE("a body that does not fit 24 bits of length leaves no trace") {
  const std::string body(kMaxPackageBody + 1, 'x');
  Buffer out;
  out.append("before");
  CHECK_FALSE(append_package(out, PackageType::data, body));
  const std::size_t at = begin_package(out);
  out.append(body);
  CHECK_FALSE(end_package(out, at, PackageType::data));
  CHECK(out.view() == "before");
}

TEST_CASE("a package that lies whole in the chunk is not copied") {
  const std::string bytes = from_hex("04000003") + "abc" + from_hex("03000000");
  PackageReader reader;
  reader.feed(bytes);
  CHECK(reader.next()->body.data() == bytes.data() + 4);
  CHECK(reader.next()->type == PackageType::heartbeat);
  CHECK_FALSE(reader.next());
}

TEST_CASE("a stream gives the same packages wherever it is split in two") {
  std::vector<Seen> expected;
  const std::string bytes = stream_of_packages(expected);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    PackageReader reader;
    std::vector<Seen> seen;
    read_all(reader, std::string_view(bytes).substr(0, cut), seen);
    read_all(reader, std::string_view(bytes).substr(cut), seen);
    REQUIRE(seen == expected);
    REQUIRE(reader.at_boundary());
  }
}

TEST_CASE("a stream gives the same packages byte by byte and in random pieces") {
  std::vector<Seen> expected;
  const std::string bytes = stream_of_packages(expected);
  std::mt19937 random(7);
  for (std::size_t longest : {1, 2, 3, 5, 17, 100, 1000}) {
    PackageReader reader;
    std::vector<Seen> seen;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t n = 1 + random() % longest;
      const std::string piece = bytes.substr(at, n);  // dies before the next piece comes
      read_all(reader, piece, seen);
      at += n;
    }
    CHECK(seen == expected);
    CHECK(reader.at_boundary());
  }
}

TEST_CASE("a reader tells when the bytes end inside a package") {
  for (const char* part : {"04", "0400", "040000", "04000003", "040000036162"}) {
    PackageReader reader;
    std::vector<Seen> seen;
    read_all(reader, from_hex(part), seen);
    CHECK(seen.empty());
    CHECK_FALSE(reader.at_boundary());
  }
}

TEST_CASE("an unknown type fails at its first byte and nothing after it is read") {
  for (int type = 0; type < 256; ++type) {
    if (type >= 1 && type <= 5) continue;
    CAPTURE(type);
    PackageReader reader;
    std::vector<Seen> seen;
    read_all(reader, from_hex("03000000") + static_cast<char>(type), seen);
    CHECK(seen.size() == 1);
    CHECK(reader.failure() == PackageReader::Failure::unknown_type);
    read_all(reader, kHeartbeatPackage, seen);
    CHECK(seen.size() == 1);
  }
}

TEST_CASE("a length over the limit fails at the header, one of exactly the limit does not") {
  for (std::size_t limit : {std::size_t{10}, kHandshakeBodyLimit, kDataBodyLimit}) {
    for (bool split : {false, true}) {
      std::string exact(4, '\0'), over(4, '\0');
      write_package_header(exact.data(), PackageType::data, limit);
      write_package_header(over.data(), PackageType::data, limit + 1);
      exact += std::string(limit, 'x');
      const std::size_t cut = split ? 2 : 0;

      std::vector<Seen> seen;
      PackageReader good(limit);
      read_all(good, exact.substr(0, cut), seen);
      read_all(good, exact.substr(cut), seen);
      CHECK(good.failure() == PackageReader::Failure::none);
      CHECK(seen.size() == 1);

      PackageReader bad(limit);
      read_all(bad, over.substr(0, cut), seen);
      read_all(bad, over.substr(cut), seen);
      CHECK(bad.failure() == PackageReader::Failure::too_long);
      CHECK(seen.size() == 1);
    }
  }
}

TEST_CASE("a limit raised between two packages holds from the next header on") {
  const std::string bytes = from_hex("01000002") + "{}" + from_hex("04000005") + "hello";
  PackageReader reader(2);
  reader.feed(bytes);
  REQUIRE(reader.next());
  reader.set_limit(5);
  CHECK(reader.next()->body == "hello");
}

TEST_CASE("W44 a WebSocket message holds whole packages: two are read in order, an odd end shows") {
  const std::string two = from_hex("04000003") + "abc" + from_hex("03000000");
  PackageReader reader;
  std::vector<Seen> seen;
  read_all(reader, two, seen);
  CHECK(seen == std::vector<Seen>{{4, "abc"}, {3, ""}});
  CHECK(reader.at_boundary());

  for (const std::string& odd : {two.substr(0, 5), two + from_hex("04"),
                                 two + from_hex("040000016162"), std::string("\x03")}) {
    PackageReader fresh;
    read_all(fresh, odd, seen);
    CHECK((fresh.failure() != PackageReader::Failure::none || !fresh.at_boundary()));
  }
}

TEST_CASE("a datagram is one package, whole and alone") {
  Buffer bytes;
  REQUIRE(append_package(bytes, PackageType::data, "abc"));
  const std::string one(bytes.view());
  const auto package = decode_package(one, 3);
  REQUIRE(package);
  CHECK(package->type == PackageType::data);
  CHECK(package->body == "abc");
  CHECK_FALSE(decode_package(one, 2));
  CHECK_FALSE(decode_package(one + one, 100));
  CHECK_FALSE(decode_package(one + 'x', 100));
  CHECK_FALSE(decode_package("", 100));
  for (std::size_t size = 0; size < one.size(); ++size)
    CHECK_FALSE(decode_package(one.substr(0, size), 100));
  CHECK_FALSE(decode_package(std::string_view("\x06\0\0\0", 4), 100));
}
