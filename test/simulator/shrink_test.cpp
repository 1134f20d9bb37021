#include "shrink.h"

#include <doctest/doctest.h>

#include <numeric>

using shaddock::simulator::shrink;
using Numbers = std::vector<int>;

namespace {

Numbers first(int count) {
  Numbers numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

bool has(const Numbers& numbers, int wanted) {
  return std::find(numbers.begin(), numbers.end(), wanted) != numbers.end();
}

}  // namespace

TEST_CASE("what is left is what fails together, in its order") {
  int runs = 0;
  const Numbers left = shrink<int>(first(40), [&](const Numbers& some) {
    ++runs;
    return has(some, 3) && has(some, 17) && has(some, 38);
  });
  CHECK(left == Numbers{3, 17, 38});
  CHECK(runs < 100);
}

TEST_CASE("nothing is left of what fails without any part, and nothing of nothing") {
  const auto always = [](const Numbers&) { return true; };
  CHECK(shrink<int>(first(9), always).empty());
  CHECK(shrink<int>({}, always).empty());
}

TEST_CASE("all stays when every part is needed") {
  CHECK(shrink<int>(first(7), [](const Numbers& some) { return some.size() == 7; }) == first(7));
}

TEST_CASE("of parts that fail only in pairs or all, the single ones are tried to the end") {
  // Leaving one out at a time is tried again after something could be left out.
  const auto fails = [](const Numbers& some) {
    return has(some, 0) && (has(some, 1) || !has(some, 2));
  };
  CHECK(shrink<int>(first(3), fails) == Numbers{0});
}
