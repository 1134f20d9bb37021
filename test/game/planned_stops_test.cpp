#include "planned_stops.h"

#include <doctest/doctest.h>

#include <memory>

#include "checker.h"

using namespace shaddock;
using namespace shaddock::game;

namespace {

using G = Guarantee;

// The first visit's connection, and servers that are told to stop.
struct Stops {
  explicit Stops(bool only_backends = true) : checker([this] { return now; }, Checker::Empty()) {
    checker.add(std::make_unique<PlannedStops>(checker.findings(), only_backends));
  }
  void pass(int milliseconds) { now += sim::Instant(milliseconds * 1000); }
  void stop(const char* server, Life life = 7) {
    checker.tell(&G::told_to_stop, life, std::string_view(server));
  }
  void die(Life life = 7) { checker.tell(&G::died, life); }
  void name(const char* server) { checker.tell(&G::named, std::string_view(server)); }
  void ask(Number number) { checker.tell(&G::asked, Visit{1}, number); }
  void start(Number number) { checker.tell(&G::started, Life{7}, SessionId{90}, Visit{1}, number); }
  void answer(Number number, int code) { checker.tell(&G::answered, Visit{1}, number, code); }
  void end(const char* why) { checker.tell(&G::ended, Visit{1}, std::string_view(why)); }
  void settle() { checker.tell(&G::settled, std::vector<std::pair<Life, LinkNumber>>()); }
  bool broken() const { return !checker.findings().violations().empty(); }

  sim::Instant now{0};
  mutable Checker checker;
};

}  // namespace

TEST_CASE("a server that was told to stop has ended when its limit is over") {
  Stops s;
  s.stop("chat-1");
  s.pass(10'550);
  SUBCASE("in time") {
    s.die();
    s.pass(10'000);
    s.settle();
    CHECK_FALSE(s.broken());
  }
  SUBCASE("too late") {
    s.pass(100);
    CHECK_FALSE(s.broken());
    s.die();
    CHECK(s.broken());
  }
  SUBCASE("never") {
    s.pass(100);
    s.settle();
    CHECK(s.broken());
  }
  SUBCASE("another one may end when it likes") {
    s.die();
    s.pass(10'000);
    s.die(8);
    CHECK_FALSE(s.broken());
  }
}

TEST_CASE("a gate that can know of it names no server that stops") {
  Stops s;
  s.stop("connector-1");
  s.pass(100);
  s.name("connector-1");
  s.pass(300);
  s.name("connector-2");
  CHECK_FALSE(s.broken());
  SUBCASE("it is there no more") {
    s.die();
    s.name("connector-1");
    CHECK_FALSE(s.broken());
  }
  SUBCASE("it is there") {
    s.name("connector-1");
    CHECK(s.broken());
  }
}

TEST_CASE("what has begun to run is answered before its connection ends") {
  Stops s(false);
  s.ask(1);
  SUBCASE("it has not begun") {}
  SUBCASE("it is answered") {
    s.start(1);
    s.answer(1, 200);
  }
  SUBCASE("who asked goes") {
    s.start(1);
    s.end("left");
  }
  SUBCASE("who asked may come back") {
    s.checker.tell(&G::may_come_back, Visit{1});
    s.start(1);
  }
  s.end("closed by the server");
  CHECK_FALSE(s.broken());
}

TEST_CASE("a connection that ends before the answer to what has run breaks the promise") {
  Stops s(false);
  s.ask(1);
  s.start(1);
  s.end("closed by the server");
  CHECK(s.broken());
}

TEST_CASE("while backends stop 523 comes after a second, if nobody has come back in it") {
  Stops s;
  s.stop("chat-1");
  s.ask(1);
  SUBCASE("nobody has") {
    s.pass(600);
    s.die();
    s.pass(400);
    s.answer(1, 523);
    CHECK_FALSE(s.broken());
  }
  SUBCASE("too early") {
    s.pass(900);
    s.answer(1, 523);
    CHECK(s.broken());
  }
  SUBCASE("somebody has") {
    s.pass(100);
    s.die();
    s.pass(900);
    s.answer(1, 523);
    CHECK(s.broken());
  }
  SUBCASE("somebody has, and who asked was not there to hear it") {
    s.pass(100);
    s.die();
    s.pass(900);
    s.checker.tell(&G::came_back, Visit{1});
    s.answer(1, 523);
    CHECK_FALSE(s.broken());
  }
  SUBCASE("who logs out waits for nobody") {
    s.checker.tell(&G::logging_out, Visit{1});
    s.answer(1, 523);
    CHECK_FALSE(s.broken());
  }
}

TEST_CASE("whoever is sent away by a frontend that stops hears 523 at once") {
  Stops s(false);
  s.stop("connector-1");
  s.ask(1);
  s.answer(1, 523);
  CHECK_FALSE(s.broken());
}
