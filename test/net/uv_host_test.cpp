#include "net/uv_host.h"

#include <doctest/doctest.h>

#include <csignal>
#include <set>

#include "net/loopback.h"

using namespace shaddock::net;

TEST_CASE("Random numbers do not repeat and fill all that was asked for") {
  UvHost world;
  auto& random = world.host().random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.next());
  CHECK(seen.size() == 1000);
  std::string bytes(4096, '\0');
  random.fill(bytes);
  CHECK(std::set<char>(bytes.begin(), bytes.end()).size() > 200);
}

TEST_CASE("Writing to a peer that is gone does not end the process") {
  UvHost world;
  CHECK(::raise(SIGPIPE) == 0);
}

TEST_CASE("Several worlds live side by side in one thread") {
  Loopback one, two;
  int ran = 0;
  one.loop().post([&] { ran += 1; });
  two.loop().post([&] { ran += 10; });
  one.run_until([&] { return ran == 1; });
  two.run_until([&] { return ran == 11; });
}
