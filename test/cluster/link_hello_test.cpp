#include "cluster/link_hello.h"

#include <doctest/doctest.h>

#include <map>
#include <msgpack.hpp>
#include <random>
#include <string>

using namespace shaddock;
using namespace shaddock::cluster;

namespace {

const Identity kSelf{Role::master,   "master-1", ~std::uint64_t{0}, "1.2.3", {"a.b"},
                     {"c.d", "e.f"}, true};

std::string with_length(std::string_view bytes) {
  std::string all(4, '\0');
  for (int i = 0; i < 4; ++i) all[i] = static_cast<char>(bytes.size() >> (24 - 8 * i));
  return all + std::string(bytes);
}

}  // namespace

TEST_CASE("an identity arrives as it was sent, with what follows left in place") {
  Buffer bytes;
  REQUIRE(write_hello(kSelf, bytes));
  bytes.append("frames");
  Identity read;
  CHECK(take_hello(bytes, read) == HelloStep::done);
  CHECK(read.role == kSelf.role);
  CHECK(read.id == kSelf.id);
  CHECK(read.incarnation == kSelf.incarnation);
  CHECK(read.build == kSelf.build);
  CHECK(read.handlers == kSelf.handlers);
  CHECK(read.remotes == kSelf.remotes);
  CHECK(read.protobuf);
  CHECK(bytes.view() == "frames");
}

TEST_CASE("a HELLO that is not whole yet is waited for") {
  Buffer whole;
  REQUIRE(write_hello(kSelf, whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Buffer part;
    part.append(whole.view().substr(0, size));
    Identity read;
    CHECK(take_hello(part, read) == HelloStep::more);
    CHECK(part.size() == size);
  }
}

TEST_CASE("a HELLO of more than 1 MiB or of nothing is bad by its length") {
  Identity read;
  Buffer bytes;
  bytes.append({"\x00\x10\x00\x01", 4});
  CHECK(take_hello(bytes, read) == HelloStep::bad);
  bytes.clear();
  bytes.append({"\x00\x00\x00\x00", 4});
  CHECK(take_hello(bytes, read) == HelloStep::bad);
}

TEST_CASE("our own HELLO is not sent when it is too long") {
  Identity self = kSelf;
  self.handlers.assign(2000, std::string(600, 'r'));
  Buffer out;
  out.append("before");
  CHECK(!write_hello(self, out));
  CHECK(out.view() == "before");
}

TEST_CASE("what a later build says besides is skipped") {
  msgpack::sbuffer later;
  msgpack::packer<msgpack::sbuffer> packer(later);
  packer.pack_map(8);
  packer.pack("shiny"), packer.pack(std::map<std::string, int>{{"x", 1}});
  packer.pack("role"), packer.pack(0);
  packer.pack("id"), packer.pack("a");
  packer.pack("incarnation"), packer.pack(3);
  packer.pack("build"), packer.pack("9");
  packer.pack("handlers"), packer.pack(std::vector<std::string>{"r"});
  packer.pack("remotes"), packer.pack(std::vector<std::string>{});
  packer.pack("protobuf"), packer.pack(false);
  Buffer bytes;
  bytes.append(with_length({later.data(), later.size()}));
  Identity read;
  CHECK(take_hello(bytes, read) == HelloStep::done);
  CHECK(read.id == "a");
  CHECK(read.handlers == std::vector<std::string>{"r"});
}

TEST_CASE("a HELLO without an id, or damaged at random, does no harm") {
  Buffer bytes;
  bytes.append(with_length("\x80"));
  Identity read;
  CHECK(take_hello(bytes, read) == HelloStep::bad);
  std::mt19937_64 random(9);
  int bad = 0;
  for (int round = 0; round < 20'000; ++round) {
    Buffer damaged;
    REQUIRE(write_hello(kSelf, damaged));
    for (int i = 0; i < 3; ++i)
      damaged.data()[4 + random() % (damaged.size() - 4)] = static_cast<char>(random());
    Identity other;
    bad += take_hello(damaged, other) == HelloStep::bad ? 1 : 0;
  }
  CHECK(bad > 1000);
}
