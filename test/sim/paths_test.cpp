#include "sim/paths.h"

#include <doctest/doctest.h>

using namespace shaddock::sim;

namespace {

Path slow(int milliseconds) {
  Path path;
  path.delay = std::chrono::milliseconds(milliseconds);
  return path;
}

}  // namespace

TEST_CASE("Later rules win, over pairs that are known and over those that come later") {
  Paths paths;
  PathState& early = paths.between("a", "b");
  CHECK(early.path.delay == Path().delay);
  paths.set("a", "b", slow(1));
  paths.set("*", "b", slow(2));
  paths.set("a", "*", slow(3));
  CHECK(early.path.delay == slow(3).delay);
  CHECK(paths.between("c", "b").path.delay == slow(2).delay);
  CHECK(paths.between("b", "a").path.delay == Path().delay);
  paths.set("*", "*", slow(4));
  CHECK(early.path.delay == slow(4).delay);
  CHECK(paths.between("x", "y").path.delay == slow(4).delay);
  CHECK(&paths.between("a", "b") == &early);
}

TEST_CASE("A machine that is cut off still speaks to itself, unless all are") {
  Paths paths;
  paths.cut("a", "*", Instant(5));
  paths.cut("*", "a", Instant(6));
  CHECK(paths.between("a", "b").cut);
  CHECK(paths.between("a", "b").cut_since == Instant(5));
  CHECK(paths.between("b", "a").cut);
  CHECK_FALSE(paths.between("a", "a").cut);
  CHECK_FALSE(paths.between("b", "c").cut);
  paths.cut("*", "*", Instant(7));
  CHECK(paths.between("a", "a").cut);
  paths.mend("a", "a");
  CHECK_FALSE(paths.between("a", "a").cut);
}

TEST_CASE("A path counts how often it was mended, not how often that was said") {
  Paths paths;
  PathState& path = paths.between("a", "b");
  paths.mend("a", "b");
  CHECK(path.mended == 0);
  paths.cut("a", "b", Instant(1));
  paths.cut("*", "b", Instant(2));
  CHECK(path.cut_since == Instant(1));
  paths.mend("a", "*");
  paths.mend("*", "*");
  CHECK(path.mended == 1);
  CHECK_FALSE(path.cut);
}

TEST_CASE("A new path and a cut are two things: neither undoes the other") {
  Paths paths;
  paths.cut("a", "b", Instant(1));
  paths.set("a", "b", slow(9));
  CHECK(paths.between("a", "b").cut);
  CHECK(paths.between("a", "b").path.delay == slow(9).delay);
}
