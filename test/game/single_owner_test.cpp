#include "single_owner.h"

#include <doctest/doctest.h>
#include <shaddock/error.h>

#include "checker.h"

using namespace shaddock;
using namespace shaddock::game;
using G = Guarantee;

namespace {

constexpr Life kOne = 3, kOther = 4;

// Two who want to be p1, on connectors of life 3 and 4.
struct Rivals {
  explicit Rivals(bool calm = false) : checker([this] { return now; }, Checker::Empty()) {
    checker.add(std::make_unique<SingleOwner>(checker.findings(), calm));
  }
  void claim(Visit visit, Life life, const char* login = "p1 (main)") {
    checker.tell(&G::claimed, life, visit, std::string_view(login));
  }
  void bind(Visit visit, Life life) {
    checker.tell(&G::bound, life, std::string_view("c"), std::string_view("p1"), visit);
  }
  void log_in(Visit visit, Life life, const char* login = "p1 (main)") {
    claim(visit, life, login);
    bind(visit, life);
  }
  void end(Visit visit, Life life) {
    checker.tell(&G::unbound, life, std::string_view("p1"), visit);
  }
  void serve(Life life, Visit visit = 99) {
    checker.tell(&G::started, life, SessionId{90}, visit, Number{1});
  }
  void refuse(Visit visit) { checker.tell(&G::answered, visit, Number{1}, int{code::kTaken}); }
  void kick(Visit visit, const char* why) {
    checker.tell(&G::kicked, visit, std::string_view(why));
  }
  void lose_connection(Visit visit) {
    checker.tell(&G::ended, visit, std::string_view("closed by the server"));
  }
  void settle() { checker.tell(&G::settled, std::vector<std::pair<Life, LinkNumber>>()); }
  std::size_t broken() { return checker.findings().violations().size(); }

  sim::Instant now{60'000'000};
  Checker checker;
};

constexpr const char* kElsewhere = R"(kicked: {"reason":"logged in elsewhere"})";

}  // namespace

TEST_CASE("one owner after the other breaks nothing") {
  Rivals w(true);
  w.log_in(1, kOne);
  w.serve(kOne, 1);
  w.claim(2, kOther);
  w.end(1, kOne);
  w.bind(2, kOther);
  w.kick(1, kElsewhere);
  w.serve(kOther, 2);
  w.serve(kOne);
  w.settle();
  CHECK(w.broken() == 0);
}

TEST_CASE("nobody is given what another has whose frontend is awake") {
  Rivals w;
  w.log_in(1, kOne);
  w.serve(kOne, 1);
  w.now += sim::Instant(1'000'000);
  w.log_in(2, kOther);
  CHECK(w.broken() == 1);
}

TEST_CASE("another kind of connection is another login") {
  Rivals w;
  w.log_in(1, kOne);
  w.serve(kOne, 1);
  w.log_in(2, kOther, "p1 (voice)");
  CHECK(w.broken() == 0);
}

TEST_CASE("a frontend that sleeps may be bereft, and serves nobody before it knows") {
  Rivals w;
  w.log_in(1, kOne);
  w.serve(kOne, 1);
  w.now += sim::Instant(9'000'000);
  w.log_in(2, kOther);
  CHECK(w.broken() == 0);
  SUBCASE("it finds out") {
    w.end(1, kOne);
    w.serve(kOne);
    w.settle();
    CHECK(w.broken() == 0);
  }
  SUBCASE("it serves somebody first") {
    w.serve(kOne);
    CHECK(w.broken() == 1);
  }
  SUBCASE("it never finds out") {
    w.settle();
    CHECK(w.broken() == 1);
  }
  SUBCASE("it dies") {
    w.checker.tell(&G::died, kOne);
    w.settle();
    CHECK(w.broken() == 0);
  }
}

TEST_CASE("only somebody who has lost is told so") {
  Rivals w;
  w.log_in(1, kOne);
  w.kick(1, kElsewhere);
  CHECK(w.broken() == 1);
  w.now += sim::Instant(60'000'000);
  w.claim(2, kOther);
  w.kick(2, kElsewhere);  // the first is long gone, but nobody has said so
  CHECK(w.broken() == 1);
}

TEST_CASE("who loses is told so, where nothing is wrong") {
  for (const bool first : {true, false}) {
    Rivals w(true);
    w.log_in(1, kOne);
    w.claim(2, kOther);
    w.now += sim::Instant(1000);
    w.end(1, kOne);
    if (first) w.lose_connection(1);
    w.bind(2, kOther);
    if (!first) w.lose_connection(1);
    CHECK(w.broken() == 1);
  }
}

TEST_CASE("nobody is refused what is free, where nothing is wrong") {
  Rivals w(true);
  w.log_in(1, kOne);
  w.claim(2, kOther);
  w.refuse(2);
  CHECK(w.broken() == 0);
  w.end(2, kOther);
  w.end(1, kOne);
  w.now += sim::Instant(2'000'000);
  w.claim(3, kOther);
  w.refuse(3);
  CHECK(w.broken() == 1);
  w.refuse(77);  // one who plays without single login
  CHECK(w.broken() == 2);
}

TEST_CASE("a login that nobody confirms is one too many where nothing is wrong") {
  Rivals w;
  w.log_in(1, kOne);
  w.kick(1, R"(kicked: {"reason":"login not confirmed"})");
  CHECK(w.broken() == 0);
  w.checker.tell(&G::healed);
  w.kick(1, R"(kicked: {"reason":"login not confirmed"})");
  CHECK(w.broken() == 1);
}
