#include "server/resume_token.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "cluster/memory_network.h"

using namespace shaddock;
using shaddock::server::ResumeToken;

namespace {

const std::string kSecret = "00112233445566778899aabbccddeeff";

}  // namespace

TEST_CASE("a token says which frontend holds the session, its number, and a secret") {
  const ResumeToken token{"connector-1", 0x1234, kSecret};
  CHECK(token.text() == "connector-1.0000000000001234." + kSecret);
  const auto read = ResumeToken::parse(token.text());
  REQUIRE(read);
  CHECK(read->frontend == "connector-1");
  CHECK(read->number == 0x1234);
  CHECK(read->secret == kSecret);
}

TEST_CASE("a frontend's id may hold dots, and numbers are whole") {
  const ResumeToken token{"a.b.c", UINT64_MAX, kSecret};
  const auto read = ResumeToken::parse(token.text());
  REQUIRE(read);
  CHECK(read->frontend == "a.b.c");
  CHECK(read->number == UINT64_MAX);
}

TEST_CASE("what is no token is none") {
  const std::string good = ResumeToken{"c", 1, kSecret}.text();
  REQUIRE(ResumeToken::parse(good));
  for (const std::string& bad :
       {std::string(), std::string("."), good.substr(1), good.substr(0, good.size() - 1),
        good + "0", "c-" + good.substr(2), std::string(good).replace(3, 1, "A"),
        std::string(good).replace(18, 1, "-"), std::string(good).replace(20, 1, "g"),
        std::string(1000, '.')}) {
    CAPTURE(bad);
    CHECK(!ResumeToken::parse(bad));
  }
}

TEST_CASE("secrets are 128 random bits") {
  cluster::MemoryHost world(7);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(ResumeToken::make_secret(world.host().random));
  CHECK(seen.size() == 1000);
  CHECK(seen.begin()->size() == 32);
}
