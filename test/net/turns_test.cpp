#include "net/turns.h"

#include <doctest/doctest.h>

using namespace shaddock::net;

namespace {

TimePoint at(int ms) { return TimePoint(Duration(ms)); }

}  // namespace

TEST_CASE("turns are numbered, and each tells how long the one before took") {
  Turns turns;
  CHECK(turns.number() == 0);
  turns.begin(at(100));
  CHECK(turns.number() == 1);
  CHECK(turns.last() == Duration(0));
  turns.end(at(130));
  CHECK(turns.last() == Duration(0));
  turns.begin(at(500));
  CHECK(turns.number() == 2);
  CHECK(turns.began() == at(500));
  CHECK(turns.ended() == at(130));
  CHECK(turns.last() == Duration(30));
}

TEST_CASE("a turn begins where the waiting ends, whoever says so again") {
  Turns turns;
  turns.begin(at(100));
  turns.begin(at(120));
  CHECK(turns.number() == 1);
  CHECK(turns.began() == at(100));
}
