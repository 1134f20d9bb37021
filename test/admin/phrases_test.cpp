#include "admin/phrases.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

namespace shaddock::admin {
namespace {

TEST_CASE("an end tells its status, or the signal that made it") {
  CHECK(describe(net::Exit{3, 0}) == "ended with status 3");
  CHECK(describe(net::Exit{0, 9}) == "was ended by signal 9");
  CHECK(describe(net::Exit{0, 0, false}) == "has ended");
}

TEST_CASE("words are joined by commas, whatever holds them") {
  CHECK(join(std::vector<std::string>{}).empty());
  CHECK(join(std::vector<std::string>{"b", "a"}) == "b, a");
  CHECK(join(std::set<std::string>{"b", "a"}) == "a, b");
}

}  // namespace
}  // namespace shaddock::admin
