#include "cluster/circuit.h"

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

namespace {

// Calls that end within one tick of a quarter of a second. Each failure is that of another session.
struct Fixture {
  explicit Fixture(net::Duration open_time = 1s) : circuit(250ms, open_time) {}

  bool tick(int answered, int failed) {
    for (int i = 0; i < answered; ++i) CHECK(!circuit.note_answer(++last));
    for (int i = 0; i < failed; ++i) circuit.note_failure(++source);
    return circuit.tick();
  }
  void break_it() {
    REQUIRE(tick(0, 20));
    REQUIRE(circuit.open());
  }

  Circuit circuit;
  CallId last = 100;
  std::uint64_t source = 0;
};

}  // namespace

TEST_CASE("a circuit opens when half of the calls fail, those of twenty sessions") {
  Fixture one;
  CHECK(!one.tick(20, 19));
  CHECK(!one.circuit.open());
  CHECK(one.tick(0, 1));
  CHECK(one.circuit.open());
}

TEST_CASE("nineteen sessions open no circuit, however much of theirs fails") {
  Fixture one;
  for (int i = 0; i < 10'000; ++i) one.circuit.note_failure(static_cast<std::uint64_t>(i % 19));
  CHECK(!one.circuit.tick());
  one.circuit.note_failure(19);
  CHECK(one.circuit.tick());
}

TEST_CASE("one failure less than half of them does not open it, nor nineteen that all fail") {
  Fixture many;
  CHECK(!many.tick(101, 100));
  CHECK(!many.circuit.open());
  Fixture few;
  CHECK(!few.tick(0, 19));
  CHECK(!few.circuit.open());
}

TEST_CASE("what is older than five seconds does not count") {
  for (const int ticks : {18, 19}) {
    CAPTURE(ticks);
    Fixture one;
    one.tick(0, 19);
    for (int i = 0; i < ticks; ++i) CHECK(!one.tick(0, 0));
    CHECK(one.tick(0, 1) == (ticks == 18));
  }
}

TEST_CASE("after a second one call may try, and its answer closes the circuit") {
  Fixture one;
  one.break_it();
  for (int i = 0; i < 3; ++i) CHECK(!one.tick(0, 0));
  CHECK(one.circuit.open());
  CHECK(one.tick(0, 0));
  CHECK(!one.circuit.open());
  CHECK(one.circuit.probing());
  one.circuit.note_probe(7);
  CHECK(one.circuit.open());
  CHECK(!one.circuit.note_answer(6));  // to a call from before
  CHECK(one.circuit.open());
  CHECK(one.circuit.note_answer(7));
  CHECK(!one.circuit.open());
  CHECK(!one.tick(0, 19));  // what was before is forgotten
  CHECK(!one.circuit.open());
}

TEST_CASE("a probe that is not answered is followed by the next one, and each of them counts") {
  Fixture one;
  one.break_it();
  for (CallId probe = 1; probe <= 5; ++probe) {
    for (int i = 0; i < 3; ++i) CHECK(!one.tick(0, 0));
    CHECK(one.tick(0, 0));
    REQUIRE(one.circuit.probing());
    one.circuit.note_probe(probe);
  }
  CHECK(!one.circuit.note_answer(6));
  CHECK(one.circuit.open());
  CHECK(one.circuit.note_answer(4));
  CHECK(!one.circuit.open());
  CHECK(!one.circuit.note_answer(5));  // nor does it close anything twice
}

TEST_CASE("who asks nothing keeps his right to try") {
  Fixture one;
  one.break_it();
  for (int i = 0; i < 100; ++i) one.tick(0, 0);
  CHECK(one.circuit.probing());
}

TEST_CASE("an open time of 0 never opens it, an odd one is rounded up to ticks") {
  Fixture off(0ms);
  CHECK(!off.tick(0, 1000));
  CHECK(!off.circuit.open());
  Fixture odd(251ms);
  odd.break_it();
  CHECK(!odd.tick(0, 0));
  CHECK(odd.tick(0, 0));
}
